"""Clinical notes of invented people for benchmarks/deid_text.py: (language, what the record knows, marked text)."""

_ANNA = [
    ("NAME", "Anna Marie Kowalski"), ("NAME", "Kowalski"), ("NAME", "Anna"), ("ID", "4471829"), ("PHONE", "617-555-0142"), ("DATE", "1961-04-09"), ("ADDRESS", "48 Linden Street"),
    ("ADDRESS", "Somerville"), ("ADDRESS", "02143"), ("EMAIL", "anna.kowalski@example.org"), ("ID", "123-45-6789"), ("ORGANISATION", "Harborview General Hospital"), ("NAME", "Piotr Kowalski"),
]  # fmt: skip
_ROBERT = [
    ("NAME", "Robert James White"), ("NAME", "White"), ("NAME", "Robert"), ("ID", "MR0093321"), ("PHONE", "(415) 555-7788"), ("DATE", "1930-12-01"), ("ADDRESS", "2210 Oak Hill Avenue Apt 5C"),
    ("ADDRESS", "Oakland"), ("ADDRESS", "94602"),
]  # fmt: skip
_DAY = [
    ("NAME", "Mary-Jane O'Neill Day"), ("NAME", "Day"), ("NAME", "Mary-Jane"), ("ID", "889-22-114"), ("PHONE", "+1 303 555 9001"), ("DATE", "1988-02-29"), ("ADDRESS", "9 Pine Court"), ("ADDRESS", "Boulder"),
]  # fmt: skip
_ZHANG = [
    ("NAME", "张建华"), ("ID", "110105196203154519"), ("PHONE", "13912345678"), ("DATE", "1962-03-15"), ("ADDRESS", "北京市朝阳区望京街道花家地北里12号楼3单元502室"), ("ID", "00283746"), ("ORGANISATION", "北京安和医院"),
    ("NAME", "张晓雨"),
]  # fmt: skip
_OUYANG = [
    ("NAME", "欧阳静"), ("ID", "440106193001024821"), ("PHONE", "020-87654321"), ("DATE", "1930-01-02"), ("ADDRESS", "广东省广州市天河区体育西路103号之二1205房"), ("ID", "ZY2023-00456"),
]  # fmt: skip
_GAO = [
    ("NAME", "高明"),
    ("PHONE", "15800001111"),
    ("DATE", "1979-11-30"),
    ("ID", "M778120"),
    ("ADDRESS", "四川省成都市武侯区人民南路四段27号"),
]

NOTES: list[tuple[str, list[tuple[str, str]], str]] = [
    (
        "en",
        _ANNA,
        """DISCHARGE SUMMARY
Patient Name: {NAME:Kowalski, Anna M.}
MRN: {ID:4471829}    DOB: {DATE:04/09/1961}
Admitted: {DATE+:03/02/2023}   Discharged: {DATE+:March 9, 2023}
Attending: Dr. {NAME+:Samuel Osei}
{NAME:Ms. Kowalski} is a <61-year-old> woman with <Parkinson's disease> and <Crohn's disease> who presented to {ORGANISATION:Harborview General Hospital} on {DATE+:3/2/23} with fever.
She was started on <vancomycin 1 g q12h> and <Zosyn>. On <POD 3> a <Foley catheter> was removed. <WBC 14.2>, <Hgb 10/12>, <BP 120/80>, <SpO2 98%>.
Her husband {NAME:Piotr} was updated by phone at {PHONE:617.555.0142}. <Two weeks ago> she had a <Whipple procedure>.
Follow up with Dr. {NAME+:Linda Marchetti}, MD in <Cardiology Clinic> in <2 weeks>.
Electronically signed by: {NAME+:Priya Raman}, NP on {DATE+:03/09/2023 14:32}""",
    ),
    (
        "en",
        _ANNA,
        """NURSING NOTE {DATE+:2023-03-04 08:15}
Pt {NAME:anna kowalski} resting comfortably. <Alert and oriented x3>. <Glasgow Coma Scale 15>. <Babinski negative> bilaterally.
Spoke with daughter {NAME+:Magda}, who lives in {ADDRESS+:Worcester}. She asked that we email {EMAIL:Anna.Kowalski@example.org} or {EMAIL+:magda.nowak88@mailbox.net}.
Home address verified: {ADDRESS:48 Linden St., Somerville, MA 02143}.
{NAME+:J. Whitfield}, RN""",
    ),
    (
        "en",
        _ANNA,
        """RADIOLOGY REPORT
Accession: {ID+:RAD-20394857}
<CT abdomen/pelvis with contrast>. Comparison: {DATE+:Jan 14, 2022}.
<Hounsfield units 35>. <Cobb angle 22 degrees>. <Bosniak II cyst>. <L4-L5 disc bulge>, <T12 compression fracture>.
IMPRESSION: No evidence of <Hodgkin lymphoma>. <Ratio 1:40>. <Gleason 3+4>.
Dictated by {NAME+:Thomas Bergström}, M.D. Interpreting radiologist: {NAME+:Amara Okafor}. Scanner <Siemens> serial number {DEVICE+:SN-88213-X}.""",
    ),
    (
        "en",
        _ROBERT,
        """HISTORY AND PHYSICAL
{NAME:Mr. White} is a {AGE:92} year old <white male>, retired teacher from {ORGANISATION+:Lakeside Middle School}, who fell at home at {ADDRESS:2210 Oak Hill Ave}.
PMH: <Alzheimer's dementia>, <Paget disease of bone>, <Wegener granulomatosis>, <atrial fibrillation on Coumadin>.
His son, {NAME+:Gregory}, says Dad was "<fine until yesterday>". {NAME:Bob} uses a <Rollator>. Cell {PHONE:415-555-7788}.
Meds: <lisinopril 10 mg>, <Lasix 40 mg daily>, <Eliquis 5 mg BID>, <Synthroid 75 mcg>.
Born {DATE:December 1, 1930}. SSN {ID+:219-09-9999}. Medicare # {ID+:1EG4-TE5-MK73}.
<Apgar> not applicable. <Murphy sign negative>. <McBurney point tenderness>. <Romberg positive>.""",
    ),
    (
        "en",
        _ROBERT,
        """Telephone encounter {DATE+:11/20/2023} at {DATE+:3:45 PM}. Caller: {NAME+:Susan White-Delgado} (daughter-in-law), {PHONE+:510-555-2233}.
Reports {NAME:Robert} has <increased confusion since Sunday>. PCP {NAME+:Dr. Elena Vasquez} paged. Advised ED at {ORGANISATION+:Alta Bates Medical Center}. Patient ID {ID:MR 0093321}.
Pharmacy: {ORGANISATION+:Walgreens Pharmacy} on {ADDRESS+:Telegraph Avenue}.""",
    ),
    (
        "en",
        _DAY,
        """OB NOTE: {NAME:Mary-Jane Day}, <35 y/o G2P1 at 38 weeks>. <EDD> {DATE+:04/18/2024}. <GBS negative>. <Braxton Hicks contractions>.
She works at {ORGANISATION+:Trident Analytics Inc}. Partner: {NAME+:Luis Fernandez}. <Every day> she takes <prenatal vitamins>; <day 2 of nausea>.
{NAME:O'Neill Day, Mary-Jane} MRN {ID:88922114}. Ph {PHONE:303-555-9001}. Lives at {ADDRESS:9 Pine Ct, Boulder}, CO.
Insurance member ID: {ID+:XJQ889123401}. Midwife {NAME+:Fatima Al-Sayed}, CNM.""",
    ),
    (
        "en",
        _DAY,
        """Consult note: Thank you, Dr. {NAME+:Huang}, for referring this <35-year-old>. DOB {DATE:29-Feb-1988}.
<Lyme titer 1:80>. <Hashimoto thyroiditis>. <Graves disease> in mother. <Sjögren syndrome> workup negative. <Tinel and Phalen signs positive>.
Allergies: <penicillin>. <Pain 7/10>. <5/5 strength>. <Ejection fraction 55-60%>. Next visit {DATE+:June 3} in the <pain clinic>.
Her brother {NAME+:Kevin} has <Huntington's disease>; cousin named {NAME+:Beatrice} has <Marfan syndrome>.""",
    ),
    (
        "en",
        _ANNA,
        """OPERATIVE REPORT
Surgeon: {NAME+:Henrik Lindqvist, MD}
Assistant: {NAME+:T. Nakagawa, PA-C}
Anesthesiologist: {NAME+:Dr. Yusuf Demir}
Date of procedure: {DATE+:03/05/2023}
The patient was brought to the operating room and placed in <Trendelenburg position>. A <Veress needle> was used. <Jackson-Pratt drain> placed. Implant: <Medtronic> pacemaker, serial no. {DEVICE+:PJN402917H}.
<Estimated blood loss 50 mL>. <Billroth II> reconstruction.""",
    ),
    (
        "en",
        _ANNA,
        """Social work: {NAME:Anna} immigrated from <Poland> in 1985. She attends {ORGANISATION+:St. Casimir Church}. Her neighbor {NAME+:Dolores Quintero} checks on her. Landlord {NAME+:Mr. Petrosyan} was contacted.
Employer: {ORGANISATION+:Bayside Credit Union}. Checking account {ACCOUNT+:000123456789}. Website: {URL+:https://www.bayside-support.org/help?id=22}.
Vehicle plate number {ID+:7KLM 392}. She said: "call me at {PHONE:6175550142}".""",
    ),
    (
        "en",
        _ROBERT,
        """ED triage {DATE+:2023/11/21T06:05:00Z}: {NAME:WHITE, ROBERT J} {AGE:92} yo M. <Temp 98.6F HR 92 RR 18>. <NIHSS 4>. <Last known well 0530>.
Transferred from {ORGANISATION+:Golden Pines Nursing Home}, room {ID+:214B}. Contact: {NAME+:Deborah Klein} {PHONE+:(510) 555-0199} ext 12.
<Heparin 5000 units>. <Dopamine>. <Cushing's triad absent>. <Kernig and Brudzinski negative>.""",
    ),
    (
        "en",
        _DAY,
        """Dear {NAME:Mary-Jane},
Your <Pap smear> result from {DATE+:May 5, 2024} was normal. <Vitamin D 22 ng/mL>. Please call {PHONE+:(303) 555-4100} with questions.
Sincerely,
{NAME+:Olivia Hartmann}, MD
{ORGANISATION+:Front Range Women's Clinic}
{ADDRESS+:1500 Canyon Boulevard, Suite 200, Boulder, CO 80302}""",
    ),
    (
        "en",
        _ANNA,
        """Infectious disease: cultures from {DATE+:3/3} grew <Escherichia coli>, <Klebsiella>; <Staphylococcus aureus> absent. <Day 4 of ceftriaxone>. <Creatinine 0.9>, <eGFR > 60>, <HbA1c 7.1%>.
Discussed with Dr. {NAME+:Chidi Nwosu} and {NAME+:Rachel Stein}. Plan reviewed with patient and {NAME+:Marek}, her cousin.
<Started 10 days prior to admission>; <last dose Tuesday>. <Charcot triad> absent. <Virchow node> not palpable.""",
    ),
    (
        "zh",
        _ZHANG,
        """入院记录
姓名：{NAME:张建华}  性别：男  年龄：<61岁>  住院号：{ID:00283746}  床号：{ID+:15}
身份证号：{ID:110105196203154519}  联系电话：{PHONE:139-1234-5678}  住址：{ADDRESS:北京市朝阳区花家地北里12号楼3单元502室}
主诉：<反复胸闷3年，加重2天>。
现病史：患者于{DATE+:2023年3月14日}无明显诱因出现<胸闷、气促>，就诊于{ORGANISATION:北京安和医院}，查<心电图示ST段压低>，予<阿司匹林100mg qd>、<瑞舒伐他汀10mg qn>治疗。<2周前>曾行<冠脉造影>。
既往史：<高血压病史10年>，<2型糖尿病5年>，<帕金森病3年>，否认<川崎病>。父亲{NAME+:张德福}因"<胃癌>"去世。
个人史：生于{ADDRESS+:河北省保定市}，{DATE:1962年3月15日}出生。
其女{NAME:张晓雨}陪同，电话{PHONE+:18611223344}。
主治医师：{NAME+:王海涛}  住院医师：{NAME+:李思琪}""",
    ),
    (
        "zh",
        _ZHANG,
        """首次病程记录 {DATE+:2023-03-14 16:20}
患者{NAME:张建华}，男，<61岁>，因"<胸痛2小时>"入院。<T 36.5℃，P 80次/分，BP 130/80mmHg>。<巴宾斯基征阴性>，<墨菲征阴性>。<肌钙蛋白I 0.02ng/ml>，<NT-proBNP 125pg/ml>。
{NAME+:赵}主任查房指示：考虑<不稳定型心绞痛>，予<低分子肝素>抗凝，<氯吡格雷75mg>。{NAME+:周敏}护士长协助<监护>。<术后第3天>复查。
上级医院{ORGANISATION+:首都医科大学附属天坛医院}会诊专家{NAME+:陈立新}教授意见：同意目前治疗。""",
    ),
    (
        "zh",
        _ZHANG,
        """出院小结：{NAME:张}先生于{DATE+:3月14日}入院，{DATE+:3月22日}出院，<住院8天>。出院带药：<倍他乐克47.5mg>、<拜阿司匹灵>、<立普妥20mg>。
<术后1周>门诊复查，<每3个月>复查<肝功能>。不适随诊，科室电话{PHONE+:010-65283645}。医保卡号：{ID+:102938475X}。微信：{ACCOUNT+:zjh_1962bj}。
记录医师：{NAME+:李思琪}  审核：{NAME+:王海涛}""",
    ),
    (
        "zh",
        _OUYANG,
        """患者{NAME:欧阳静}，女，{AGE:93岁}，退休教师，因"<跌倒致右髋部疼痛1天>"由家属送入我院。住院号{ID:ZY202300456}。
家住{ADDRESS:广州市天河区体育西路103号之二1205房}，电话{PHONE:02087654321}。联系人：{NAME+:欧阳国强}（儿子）{PHONE+:13500112233}。
查体：<右下肢短缩外旋畸形>，<托马斯征阳性>，<足背动脉搏动可>。X线：<右股骨颈骨折（Garden III型）>。
既往：<阿尔茨海默病>，<桥本甲状腺炎>，<布加综合征>待排。丈夫{NAME+:林志远}于{DATE+:二〇一五年六月}病故。
拟于{DATE+:2023.6.8}行<人工股骨头置换术>，术者：{NAME+:梁伟雄}，一助：{NAME+:何晓东}，麻醉医师：{NAME+:曾玉兰}。""",
    ),
    (
        "zh",
        _OUYANG,
        """护理记录 {DATE+:2023年6月9日 08:00} {NAME:欧阳}奶奶<神志清楚>，<生命体征平稳>，<切口敷料干燥>。<疼痛评分3分>。<留置Foley尿管>通畅。
女婿{NAME+:司徒建军}探视，诉老人<夜间睡眠差>。责任护士{NAME+:钟丽华}予心理护理。{NAME:欧阳静}今年{AGE:九十三岁}，<Braden评分12分>。
护工{NAME+:马}大姐协助翻身。<白蛋白28g/L>，<高热>已退，<于昨日>拔除引流管。""",
    ),
    (
        "zh",
        _GAO,
        """门诊病历 就诊日期：{DATE+:2024/1/5} 姓名:{NAME:高明} 门诊号:{ID:M778120}
主诉：<咳嗽咳痰1周，伴高热2天>。患者<平素体健>，<1周前受凉后>出现<咳嗽>，<黄痰>，<体温最高39.2℃>。自服<连花清瘟>、<布洛芬>无效。
无疫区旅居史，近期由{ADDRESS+:西昌市}返回。妻子{NAME+:孙丽}近期亦有<发热>。
诊断：<社区获得性肺炎>。处理：<阿奇霉素0.5g qd×3天>，<头孢克肟>。医师签名：{NAME+:郑文博}
单位：{ORGANISATION+:成都锐创科技有限公司}。邮箱{EMAIL+:gaoming79@163.com}，QQ：{ACCOUNT+:283746510}。""",
    ),
    (
        "zh",
        _GAO,
        """病理报告 病理号：{ID+:B2024-01876} 送检医院：{ORGANISATION+:成都市第三人民医院} 送检医师：{NAME+:唐婉}
肉眼所见：<灰白组织一块，大小2×1.5×1cm>。镜下：<腺癌，中分化>，<Ki-67约30%>，<HER2(2+)>，<CK7(+)>。<Lauren分型：肠型>。<Borrmann III型>。
患者{NAME:高明}电话{PHONE:+86 158 0000 1111}，家庭住址{ADDRESS:成都市武侯区人民南路四段27号}，车牌{ID+:川A·8K3F2}。
报告医师：{NAME+:吕思远} 审核医师：{NAME+:冉红梅} 报告日期：{DATE+:2024年01月12日}""",
    ),
    (
        "zh",
        _ZHANG,
        """会诊记录：感谢{NAME+:刘}医生邀请。患者{NAME:张建华}，<ECOG评分1分>，<TNM分期T2N0M0>，<表皮生长因子受体（EGFR）突变>。建议<吉非替尼250mg qd>，<每2周期>评估。
与家属（{NAME:张晓雨}，女儿）沟通，家属表示理解。同病房患者{NAME+:钱国栋}亦有类似情况。已通知{NAME+:吴}护士。
英文名{NAME+:Kevin Zhang}，护照号{ID+:E12345678}，银行卡号{ACCOUNT+:6222021234567890128}。""",
    ),
    (
        "zh",
        _OUYANG,
        """随访：电话联系{NAME:欧阳静}之子{NAME+:欧阳国强}，诉<患者术后3月恢复可>，<扶拐行走>，<Harris评分85分>。下次随访{DATE+:2023年12月}。受试者编号：{ID+:GZ-0031}。
既往曾在{ORGANISATION+:中山大学附属第一医院}行<白内障手术>（{DATE+:2019年}）。<华法林>已停。<INR 1.8>。邻居{NAME+:黄}阿姨协助照料。家属{NAME+:欧阳某某}签字。""",
    ),
    (
        "en",
        [
            ("NAME", "Margaret Ellen Thornbury"),
            ("NAME", "Thornbury"),
            ("NAME", "Margaret"),
            ("ID", "20039481"),
            ("PHONE", "312-555-8821"),
            ("DATE", "1947-08-22"),
            ("ADDRESS", "771 Wexford Place"),
            ("ADDRESS", "Evanston"),
            ("ADDRESS", "60201"),
        ],
        """PROGRESS NOTE - {DATE+:8/14/2022} 0930
SUBJECTIVE: {NAME:Mrs. Thornbury} reports feeling better. {NAME:Peggy}'s sister {NAME+:Constance Applegate} is at bedside. No chest pain, no <SOB>. Slept well.
OBJECTIVE: <Tmax 37.8>, <HR 88>, <BP 132/74>. Lungs clear. <Homans sign negative>. <JVP 8 cm>.
Labs {DATE+:08/13}: <Na 138>, <K 4.2>, <Cr 1.1>, <troponin <0.01>.
ASSESSMENT: <75F> with <CHF exacerbation>, <Stage III CKD>, <Sjogren's>.
PLAN: continue <Lasix IV>, <Entresto 24/26 mg>. Cardiology (Dr. {NAME+:Oyelaran}) following. Case manager {NAME+:Tiffany Brooks-Jensen} to arrange {ORGANISATION+:Sunrise Meadows Skilled Nursing Facility}.
Code status discussed with HCP {NAME+:Walter Thornbury} ({PHONE+:847-555-0032}).
{NAME+:Ines Caballero}, MD PGY-2  pager {PHONE+:31442}""",
    ),
    (
        "en",
        [
            ("NAME", "Margaret Ellen Thornbury"),
            ("ID", "20039481"),
            ("DATE", "1947-08-22"),
            ("ADDRESS", "771 Wexford Place"),
            ("PHONE", "312-555-8821"),
        ],
        """Emergency Department Record
Name: {NAME:THORNBURY,MARGARET E}   Acct: {ID+:V0012345678}  DOB {DATE:08/22/47}  Age: <75>
Arrived via {ORGANISATION+:Lifeline Ambulance} from home ({ADDRESS:771 Wexford Pl}). EMS run {ID+:#22-88193}.
{NAME+:Officer Daniel Reyes} found her on the floor on {DATE+:Aug 12th}. Granddaughter {NAME+:Zoe} at bedside.
<Epley maneuver> attempted. <Dix-Hallpike positive>. <CT head without contrast: no acute bleed>. <Wells score 1.5>. Given <Zofran 4 mg IV>, <Ativan 1 mg>, <Tylenol>.
Pt's phone is {PHONE:312 555 8821}. Transfer accepted by Dr. {NAME+:M. Castellanos} at {ORGANISATION+:Evergreen Memorial Hospital}.""",
    ),
    (
        "en",
        [("NAME", "Tyrone Grant"), ("ID", "JG-5521"), ("DATE", "1990-05-17"), ("PHONE", "2025550177")],
        """PSYCHIATRY INTAKE. {NAME:Tyrone} is a <32 yo AA male>, works as a driver for {ORGANISATION+:Brightline Logistics}, lives with his girlfriend {NAME+:Keisha} in {ADDRESS+:Hyattsville}.
He first saw {NAME+:Dr Blum} in 2015. <PHQ-9 17>, <GAD-7 12>. Denies <SI/HI>. Meds: <Zoloft 50>, <trazodone>.
{NAME:Mr. Grant} was given a grant application. Therapist: {NAME+:Sunita Rao}, LCSW. Next appt {DATE+:10/3/22} at 2pm. MRN {ID:JG5521}. Cell {PHONE:(202)555-0177}.
Probation officer {NAME+:Leonard Pike} faxed records to {PHONE+:202-555-0913}. Facebook: {ACCOUNT+:tgrant.dc90}.""",
    ),
    (
        "en",
        [("NAME", "Baby Girl Lindgren"), ("NAME", "Sofia Lindgren"), ("ID", "99120034"), ("DATE", "2023-06-01")],
        """NEWBORN: <Baby Girl> {NAME:Lindgren} born {DATE:06/01/2023} at {DATE+:04:17} to {NAME:Sofia Lindgren}, <29 y/o G1P1>. <Apgars 8 and 9>. <Moro reflex intact>, <Ortolani negative>, <Barlow negative>.
<Ballard score 39 weeks>. <Erb palsy> not seen. Hep B vaccine given {DATE+:6/2}. Pediatrician: {NAME+:Abigail Frost, MD}. Father {NAME+:Anders} present. Bands {ID+:#4471}.
Discharged with mother to {ADDRESS+:18 Birch Hollow Rd, Unit 3, Keene, NH 03431}.""",
    ),
    (
        "zh",
        [
            ("NAME", "唐小燕"),
            ("ID", "320106198507124426"),
            ("PHONE", "13705171234"),
            ("DATE", "1985-07-12"),
            ("ID", "0001938274"),
            ("ADDRESS", "江苏省南京市鼓楼区中山北路88号怡景花园6幢1单元301室"),
        ],
        """产科入院记录 {NAME:唐小燕}，<37岁>，已婚，<G2P1>，<停经39周>，于{DATE+:2023年1月5日}入院。病历号{ID:0001938274}。末次月经{DATE+:2022-4-6}，预产期{DATE+:2023-1-13}。
丈夫：{NAME+:蒋伟}，电话{PHONE+:138 5188 7766}，在{ORGANISATION+:南京熊猫电子集团有限公司}上班。孕期在{ORGANISATION+:鼓楼区妇幼保健院}建卡，<唐氏筛查低风险>，<OGTT正常>，<GBS阴性>。
查体：<宫高33cm，腹围98cm>，<LOA>，<胎心140次/分>，<宫颈Bishop评分6分>。接生：{NAME+:苏梅}助产士。{NAME+:戴}医生告知<剖宫产>风险，家属{NAME+:蒋伟}签字。
住{ADDRESS:南京市鼓楼区中山北路88号怡景花园6幢301}。紧急联系人{NAME+:唐国平}（父亲）{PHONE+:02583321456}。""",
    ),
    (
        "zh",
        [
            ("NAME", "马文斌"),
            ("ID", "620102194012051832"),
            ("PHONE", "18993012345"),
            ("DATE", "1940-12-05"),
            ("ADDRESS", "甘肃省兰州市城关区皋兰路街道团结新村42号"),
        ],
        """呼吸科会诊意见 患者{NAME:马文斌}，男，<82岁>，<慢阻肺>病史<20余年>，<昨日>？{DATE+:12月30日}突发<呼吸困难>，由{NAME+:马强}（长子）送来我院。<pH 7.28，PaCO2 78mmHg>。<BiPAP>辅助通气。
请{NAME+:柳}主任会诊，{NAME+:夏侯琳}医师陪同。既往<布鲁氏菌病>、<结核性胸膜炎>，曾于{DATE+:2019年4月}在{ORGANISATION+:兰州大学第二医院}住院，出院号{ID+:2019-33876}。
{NAME:马}老师退休前在{ORGANISATION+:兰州第三中学}教书，住{ADDRESS:兰州市城关区团结新村42号}，{NAME:老马}平素<吸烟史40年，20支/日>。<哮鸣音>，<桶状胸>，<肺大泡>。身份证{ID:62010219401205 1832}。
护士{NAME+:段晓红}记录，{DATE+:2022.12.31 23:50}。""",
    ),
    (
        "zh",
        [("NAME", "何静"), ("PHONE", "13655550123"), ("DATE", "1999-09-09"), ("ID", "MZ20230911007")],
        """心理门诊 {DATE+:9月11日} {NAME:何静} 女 <24岁> 学生，就读于{ORGANISATION+:江南师范大学}。自诉<情绪低落半年>，<安静时心慌>，<何时发作不定>。男友{NAME+:邓超然}于{DATE+:今年6月}提出分手。室友{NAME+:小雯}陪同。
<SDS 68分>，<SAS 59分>。诊断：<抑郁发作>。予<舍曲林50mg>，<劳拉西泮0.5mg>。咨询师{NAME+:方圆}。微信号{ACCOUNT+:hejing_0909}，邮箱{EMAIL+:jing.he@univ.edu.cn}。辅导员{NAME+:石}老师电话{PHONE+:0510-85551234}。门诊号{ID:MZ20230911007}。""",
    ),
    (
        "en",
        [
            ("NAME", "Darnell Prescott"),
            ("NAME", "Prescott"),
            ("ID", "77120933"),
            ("PHONE", "404-555-6120"),
            ("DATE", "1958-10-03"),
            ("ADDRESS", "3390 Magnolia Bluff Drive"),
            ("ADDRESS", "Decatur"),
            ("ADDRESS", "30033"),
        ],
        """ONCOLOGY FOLLOW-UP
{DATE+:September 12, 2022}
RE: {NAME:Darnell Prescott}    MRN {ID:77120933}
Dear Dr. {NAME+:Whitcombe}:
I had the pleasure of seeing {NAME:Mr. Prescott} in <Hematology clinic>. He is a <63-year-old gentleman> with <Waldenstrom macroglobulinemia>, diagnosed <four years ago>, s/p <6 cycles of R-CHOP>. He completed treatment at {ORGANISATION+:Piedmont Ridge Cancer Center} on {DATE+:02 Mar 2020}.
Accompanied by his wife {NAME+:Loretta} and stepson {NAME+:Quincy Abernathy}. ECOG <1>. <Karnofsky 80>. <IgM 3.2 g/dL>, <Bence Jones protein> negative, <Rouleaux> on smear. <Auer rods absent>.
Imaging reviewed by {NAME+:Hyun-Jin Seo}, M.D. Bone marrow by {NAME+:K. Adeyemi}. Trial coordinator {NAME+:Bridget} can be reached at {EMAIL+:bridget.oakes@trialhub.org} or ext {PHONE+:4471}.
He moved to {ADDRESS:3390 Magnolia Bluff Dr, Decatur, GA 30033}. Works at {ORGANISATION+:Delphine Freight}. Cell {PHONE:404.555.6120}.
Warm regards,
{NAME+:Imani Okonjo, MD, PhD}""",
    ),
    (
        "en",
        [("NAME", "Li Na Zhou"), ("NAME", "Zhou"), ("ID", "C-330981"), ("DATE", "2001-01-30")],
        """Physical therapy eval: {NAME:Li Na} is a <21 y.o. college student> at {ORGANISATION+:Northfield College} s/p <ACL repair> {DATE+:12/1/22}. Surgeon: {NAME+:Feinberg}. <Lachman negative>, <McMurray equivocal>, <Thomas test tight R>. <Oswestry 22%>.
Roommate {NAME+:Priscilla} drives. Pt ID {ID:C330981}, DOB {DATE:1/30/01}. Will f/u with {NAME+:Marcus} (PT aide) on {DATE+:Thursday, January 5}. <ROM 0-110 degrees>. <Berg 54/56>. <TUG 9 s>.""",
    ),
    (
        "en",
        [("NAME", "Gloria Esperanza Duarte"), ("NAME", "Duarte"), ("DATE", "1929-03-11"), ("ID", "6650021")],
        """HOSPICE VISIT {DATE+:4/22/2023}. {NAME:Gloria} ({AGE:94}) sleeping most of day. <PPS 30%>. <Cheyne-Stokes respirations>. Daughter {NAME+:Inez Duarte-Polk} tearful; chaplain {NAME+:Rev. Tobias Lund} visited. <Roxanol 5 mg SL q4h>, <Ativan>, <Levsin>. <Haldol PRN>. <Braden 11>.
Neighbor, {NAME+:Mrs. Fitzwilliam}, brings meals. Funeral home: {ORGANISATION+:Castellan & Sons}. DNR on file. {NAME:Mrs Duarte} was born in <Mexico>. Oxygen concentrator S/N {DEVICE+:OC55-20391}.
RN: {NAME+:P. Olmstead}""",
    ),
    (
        "zh",
        [
            ("NAME", "谢明轩"),
            ("ID", "510107201508093316"),
            ("PHONE", "17381234567"),
            ("DATE", "2015-08-09"),
            ("ID", "E20231107-018"),
            ("NAME", "谢志刚"),
        ],
        """儿科门诊病历 {NAME:谢明轩} 男 <8岁2月> {DATE+:2023-11-07 10:32} 登记号{ID:E20231107-018}
主诉：<发热3天，皮疹1天>。父亲{NAME:谢志刚}代诉：患儿于{DATE+:11月4日}出现<发热，Tmax 39.5℃>，<草莓舌>，<球结膜充血>，同班同学{NAME+:彭子涵}近期患<猩红热>。外院（{ORGANISATION+:高新区社区卫生服务中心}）予<头孢克洛>口服。
查体：<卡介苗接种处红肿>，<颈部淋巴结肿大>，<科氏斑（-）>。考虑<川崎病>？建议住院，联系{NAME+:徐}医生{PHONE+:028-85123344}。就读于{ORGANISATION+:成都高新实验小学}三年级2班，班主任{NAME+:伍倩}。
家长电话{PHONE:173 8123 4567}。接诊医师{NAME+:蒲雨欣}""",
    ),
    (
        "zh",
        [
            ("NAME", "魏长青"),
            ("ID", "210203195502174513"),
            ("DATE", "1955-02-17"),
            ("PHONE", "15998451234"),
            ("ID", "2023004521"),
            ("ADDRESS", "辽宁省大连市西岗区黄河路219号4单元6楼2号"),
        ],
        """手术记录 患者：{NAME:魏长青} 住院号：{ID:2023004521} 手术日期：{DATE+:2023年02月20日}
术前诊断：<右肺上叶占位>。手术名称：<胸腔镜下右肺上叶切除+淋巴结清扫术>。手术者：{NAME+:白云鹏} 助手：{NAME+:金哲}、{NAME+:车晓磊} 麻醉：{NAME+:安然} 器械护士：{NAME+:常欣} 巡回：{NAME+:田甜}
<左侧卧位>，<第4肋间腋前线切口>，探查见<无胸腔积液>，<肿瘤位于上叶后段，大小2.5cm>。冰冻病理（病理号{ID+:F23-0883}）：<浸润性腺癌>。<出血100ml>，<未输血>。使用<强生直线切割吻合器>（序列号{DEVICE+:ECR60W-T93K1}）。
术毕{DATE+:14:35}安返病房。家属{NAME+:魏巍}已告知。地址：{ADDRESS:大连市西岗区黄河路219号4单元}。联系方式{PHONE:15998451234}。""",
    ),
    (
        "zh",
        [
            ("NAME", "阿依古丽·买买提"),
            ("DATE", "1970-06-06"),
            ("ID", "65010319700606242X"),
            ("ADDRESS", "新疆维吾尔自治区乌鲁木齐市沙依巴克区友好北路"),
        ],
        """随访记录（{DATE+:2022/10/18}）{NAME:阿依古丽·买买提}，女，<52岁>，维吾尔族，<乳腺癌术后2年>，口服<来曲唑>。身份证 {ID:65010319700606242x}。其妹{NAME+:热依汗}代接电话{PHONE+:13999887766}。住{ADDRESS:乌鲁木齐市沙依巴克区友好北路}附近。
<CA153 18U/ml>，<骨密度T值-2.1>，予<阿仑膦酸钠>、<钙尔奇>。随访护士：{NAME+:古丽娜}；项目负责人{NAME+:杜鹃}教授（{ORGANISATION+:新疆医科大学附属肿瘤医院}）。<下次随访3个月后>。""",
    ),
]
