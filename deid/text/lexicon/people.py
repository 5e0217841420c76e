"""Chinese surnames, titles, kin and short forms of English names."""

COMPOUND_SURNAMES = frozenset(
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙"
    " 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里"
    " 呼延 东郭 南门 羊舌 微生 公户 公玉 梁丘 左丘 东门 西门 南荣 第五 纳兰 完颜 叶赫 那拉 耶律 爱新觉罗 费莫 富察".split()
)
# Those of the last census report's most common and the Hundred Family Surnames that are still borne, and rare ones.
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石"
    "戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武戢莫孔向常汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷"
    "詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆"
    "农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘"
    "池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢扶修豆胶仝禹宓逄尧亓昝郗蔺揭晁怀敬暴隗支练冼帅邰库粟濮别须阚郜郏水花昌奚"
    "郦雍璩浦计伏成戴茅贝元卜平和穆狄臧舒危强贾路娄江童颜钟徐邱骆樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓单杭洪诸石吉钮"
    "嵇邢滑裴陆荣翁荀羊惠曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶"
    "幸司韶郜黎蓟薄印宿白怀蒲台从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀浦尚农温"
    "别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶"
    "空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公仉督岳帅缑亢况郈有琴归海晋楚闫法汝鄢涂钦缪肖付代岩覃佘佴伯赏墨哈谯笪年爱阳佟"
    "仝郄占洒苑宾晓智敏苏闭员贠妫缐昃鹿卯尕牙才招青晋线油芝亮兀泥邸俎藏相禚撒辜祁訚单逯鲜凤仵呙冒凃陇"
)
# Surnames that are also everyday or clinical words: before a given name they need more proof.
WEAK_SURNAMES = frozenset(
    "于高黄白曾时平安严何经全水向和毛常方温凌万麻单解查明石花路项成终宣管任班从有能后年都公计须别利益干家国都满空双相东西南北牙才"
    "青红亮海山阴阳强充通步居容闭员应怀甘左古师原党门过江明关那连松井台富家羊鱼牧年爱智敏晓油线泥藏撒鲜凤冒归法却束从咸慎舒康宁"
    "包文华盛景金米麦车路游冷乐边官支练帅库水沙商燕卫景席应师元季毕边豆胶修养付代占岩才招司权养丰盖督况有厉戎危贡劳寿易危尚令郎"
)
# Never a surname when a title or a verb follows: "和医生", "于当日".
FUNCTION_WORDS = frozenset(
    "于和向有从时经由同来能后别应须都相公计该各为因与曾常何还全单单任管班主值当床诊科责让请找问告劝求遵按"
)

KIN = (
    "父亲 母亲 父 母 儿子 女儿 妻子 丈夫 配偶 爱人 老伴 哥哥 弟弟 姐姐 妹妹 兄 弟 姐 妹 子 女 妻 夫 长子 次子 长女 次女 女婿 儿媳 孙子 孙女"
    " 外孙 外孙女 外婆 外公 奶奶 爷爷 姥姥 姥爷 祖父 祖母 岳父 岳母 公公 婆婆 侄子 侄女 外甥 舅舅 姑姑 叔叔 姨妈 表哥 表姐 堂兄 养父 养母 继父"
    " 继母 嫂子 姐夫 妹夫 同事 邻居 朋友 保姆 护工 室友 男友 女友 男朋友 女朋友 未婚夫 未婚妻 同学 老乡 战友 监护人 家属"
).split()
TITLES_AFTER = (
    "主任医师 副主任医师 主治医师 住院医师 主任护师 副主任护师 主管护师 副主任 主任 护士长 医生 医师 大夫 护士 护师 教授 副教授 博士 药师 技师"
    " 治疗师 营养师 院长 副院长 老师 先生 女士 小姐 太太 夫人 阿姨 叔叔 大爷 大妈 奶奶 爷爷 同志 师傅 经理 校长 老太 老人 助产士 咨询师 辅导员 律师 警官 民警 社工 村医 班主任 同学 总 某某 某"
).split()

# Given names and the forms they are called by.
NICKNAMES = {
    long: short.split()
    for long, short in {
        "alexander": "alex sandy", "alexandra": "alex sandra sasha", "andrew": "andy drew", "anthony": "tony", "barbara": "barb barbie",
        "benjamin": "ben benny", "catherine": "kate cathy katie", "katherine": "kate kathy katie kathryn", "charles": "charlie chuck",
        "christina": "chris tina", "christine": "chris tina", "christopher": "chris", "daniel": "dan danny", "david": "dave davey",
        "deborah": "deb debbie", "donald": "don donnie", "dorothy": "dot dottie", "edward": "ed eddie ted", "elizabeth":
        "liz beth betty lizzie eliza betsy", "frances": "fran", "francis": "frank", "frederick": "fred freddie", "gregory": "greg",
        "henry": "hank harry", "isabella": "bella izzy", "jacob": "jake", "james": "jim jimmy jamie", "jennifer": "jen jenny",
        "jessica": "jess jessie", "john": "johnny jack", "jonathan": "jon johnny", "joseph": "joe joey", "joshua": "josh",
        "judith": "judy", "kenneth": "ken kenny", "kimberly": "kim", "lawrence": "larry", "leonard": "len lenny", "louis": "lou",
        "margaret": "maggie meg peggy marge", "matthew": "matt", "michael": "mike mikey mick", "nathaniel": "nate nathan",
        "nicholas": "nick", "pamela": "pam", "patricia": "pat patty tricia trish", "patrick": "pat paddy", "peter": "pete",
        "philip": "phil", "raymond": "ray", "rebecca": "becky becca", "richard": "rick rich dick ricky", "robert": "bob bobby rob robbie",
        "ronald": "ron ronnie", "samantha": "sam", "samuel": "sam sammy", "stephanie": "steph", "stephen": "steve", "steven": "steve",
        "susan": "sue susie", "theodore": "ted teddy theo", "theresa": "terry tess", "thomas": "tom tommy", "timothy": "tim",
        "victoria": "vicky tori", "vincent": "vince", "virginia": "ginny", "walter": "walt", "william": "bill will billy liam",
        "zachary": "zach",
    }.items()
}  # fmt: skip

# Names that are English words too: alone they are taken for a name only with a capital.
WORD_NAMES = frozenset(
    "abbott archer april art august autumn baker banks barber barker barnes bean beard bell berry best bird bishop black blood bloom blue"
    " bond bone bowel brain branch brand bright brook brooks brown buck bull burn burns bush butcher butler butts cancer cannon carpenter"
    " carter case cash chance chase christian church clay close cold cole colon cook cool cooper cotton crisp cross cruz curry daily dale"
    " dawn day dean drew driver duke early east english evans eve faith fall farmer fields fisher ford foot forest foster fountain fox frank"
    " french frost fuller gay gene gentle german giles glass gold good grace grant graves gray green grey grove guy hall hand hands hardy"
    " harm harmony hart head heart heath hill hood hook hope house hunt hunter ice iris ivy jack jasmine jewel joy judge june justice keen"
    " key king knight lake lamb lane large law leaf lee lily little long love low lung mark marks marsh may mercy miles mill mills mist"
    " moody moon moore morning nail neck nice noble north nurse olive pace page paige pain park parks patience patient peace penny pepper"
    " pike pitts place pollard pope porter post potter powers price pride prince pupil queen rand raven ray reading reed rich rider ring"
    " rivers robin rock rod rose rowe ruby rush russell sage salt sandy sands savage sharp shaw sheets shepherd short silver singer skinner"
    " skin small smart snow south spear spring stark steel sterling stern stone street strong summer summers swift sun tanner taylor temple"
    " tell thorn tongue trip true turner vein victor vital wade walker wall ward ware waters way weaver webb weeks wells west white wild"
    " will wise wolf wood woods worth york young"
    " mobile orange franklin lincoln normal cross plains liberty independence hope union central reading bath cork nice buffalo phoenix"
    " date time name male female single married other unknown none home work old new test adult child mother father son".split()
)
HAN_WORDS = frozenset(
    "安静 张力 平安 康复 健康 文静 建国 国庆 胜利 和平 光明 明显 高热 黄疸 白带 方便 方正 平静 安康 向前 时间 时候 小时 小便 小结 老年 小儿 小肠"
    " 小脑 小心 中心 正常 良好 阳性 阴性 全身 双侧 左侧 右侧 上午 下午 春天 夏天 东方 成年 高峰 水平 石英 红英 金属 华佗 宁静 黄金 常青 小腿 小腹 小指"
    " 老人 阿胶 冬梅 爱心 明亮 朝阳".split()
)

# Common given and family names in English text: what a single capitalised word must be to be a name at the start of a line.
GIVEN_NAMES = frozenset(
    """aaron abigail abraham ada adam addison adrian agnes ahmed aidan aisha alan albert alejandro alex alexa alexander alexandra alexis alfred ali alice alicia alison allan allen allison alma
    alvin alyssa amanda amber amelia amir amy ana andrea andrew andy angel angela angelica anita ann anna anne annette annie anthony antonio april ariana arlene arnold arthur ashley audrey austin ava
    barbara barry beatrice becky belinda ben benjamin bernard bernice bertha bessie beth bethany betty beverly bill billy bob bobby bonnie brad bradley brandi brandon brandy brenda brent brett brian
    brittany bruce bryan byron caleb calvin cameron camille candice carl carla carlos carmen carol carole caroline carolyn carrie casey catherine cathy cecilia cesar chad charlene charles charlie charlotte
    chelsea cheryl chester chloe chris christian christina christine christopher christy cindy claire clara clarence claude claudia clayton clifford clyde cody colin connie connor constance corey courtney
    craig cristina crystal curtis cynthia daisy dale dan dana daniel danielle danny darlene darrell darren daryl dave david dawn dean deanna debbie deborah debra dennis derek derrick devin diana diane dianne
    diego dolores dominic don donald donna doris dorothy doug douglas duane dustin dwayne dwight dylan earl eddie edgar edith edna eduardo edward edwin eileen elaine eleanor elena eli elias elijah elisa elizabeth
    ella ellen elliot eloise elsie emily emma enrique eric erica erik erika erin ernest esther ethan ethel eugene eva evan evelyn faith felicia felix fernando florence floyd frances francis francisco frank franklin
    fred freda frederick gabriel gabriela gail gary gavin gene geoffrey george georgia gerald geraldine gilbert gina gladys glen glenn gloria gordon grace grant greg gregory guy gwen gwendolyn hailey hannah harold
    harriet harry harvey hassan hazel heather hector heidi helen henry herbert herman hilda holly howard hugh ian ibrahim ida ignacio irene iris irma isaac isabel isabella ivan jack jackie jackson jacob jacqueline jaime
    jake james jamie jan jane janet janice jared jasmine jason javier jay jean jeanette jeanne jeff jeffery jeffrey jenna jennifer jenny jeremiah jeremy jerome jerry jesse jessica jessie jesus jill jim jimmy
    jo joan joann joanna joanne jocelyn jodi joe joel john johnny jon jonathan jordan jorge jose joseph josephine joshua joy joyce juan juanita judith judy julia julian julie julio june justin kaitlyn karen karl
    karla kate katherine kathleen kathryn kathy katie katrina kay kayla keith kelly ken kendra kenneth kent kevin kim kimberly krista kristen kristin kristina kristine kurt kyle larry laura lauren laurence
    laurie lawrence leah lee leigh lena leo leon leonard leroy leslie lester lewis liam lillian lillie linda lindsay lindsey lisa lloyd logan lois lola lonnie loretta lori lorraine louis louise lucas lucia
    lucille lucy luis luke lydia lynn mabel mackenzie madison mae maggie malik manuel marc marcia marcus margaret maria mariah marian marie marilyn mario marion marjorie mark marlene marsha marshall martha
    martin marvin mary mason matt matthew maureen maurice max maxine megan melanie melinda melissa melody melvin mercedes meredith michael michele michelle miguel mike mildred milton mindy minnie miranda miriam misty
    mitchell mohamed mohammed molly monica monique morgan muhammad myra myrtle nadia nancy naomi natalie natasha nathan nathaniel neil nellie nelson nicholas nicolas nicole nina noah nora norma norman olga oliver olivia
    omar oscar pablo paige pamela pat patricia patrick patsy patty paul paula pauline pedro peggy penelope perry peter phil philip phillip phyllis preston priscilla priya rachel rafael raj ralph ramon ramona randall randy
    raul ravi raymond rebecca regina reginald rene renee rhonda ricardo richard rick ricky rita rob robert roberta roberto robin rodney roger roland ron ronald ronnie rosa rosalie rosemary ross roy ruben ruby russell
    ruth ryan sabrina sally sam samantha samuel sandra sara sarah saul savannah scott sean sebastian sergio seth shannon shari sharon shaun shawn sheila shelby shelly sheri sherri sherry sheryl shirley sidney
    sierra silvia simon sofia sonia sonya sophia sophie spencer stacey stacy stanley stella stephanie stephen steve steven stewart stuart sue susan suzanne sydney sylvia tabitha tamara tammy tanya tara ted terrance
    terrence terri terry theodore theresa thelma thomas tiffany tim timothy tina todd tom tommy toni tony tonya tracey traci tracy travis trevor tricia troy tyler tyrone valerie vanessa vera vernon veronica vicki vickie
    victor victoria vincent viola violet virginia vivian wade wallace walter wanda warren wayne wendy wesley whitney wilbur wilfred willard william willie wilma winifred xavier yolanda yvette yvonne zachary zoe
    wei ming hong jing yan ying li xiao chen yu mei lin feng jun hui""".split()
)  # fmt: skip
FAMILY_NAMES = frozenset(
    """smith johnson williams jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson thomas moore martin perez thompson harris sanchez clark ramirez lewis robinson
    allen scott torres nguyen flores adams nelson baker campbell mitchell carter roberts gomez phillips evans diaz parker edwards collins reyes stewart morris morales murphy rogers gutierrez ortiz
    morgan peterson bailey kelly howard ramos kim richardson watson chavez bennett mendoza ruiz hughes alvarez castillo sanders patel myers foster jimenez powell jenkins sullivan coleman henderson
    barnes gonzales fisher vasquez simmons romero jordan patterson alexander hamilton graham reynolds griffin wallace moreno cole hayes bryant herrera gibson ellis tran medina aguilar stevens murray castro
    marshall owens fernandez mcdonald harrison ruiz kennedy wells vargas henry freeman webb tucker guzman burns crawford olson simpson gordon mendez munoz hunt hicks holmes palmer wagner robertson boyd
    dixon salazar warren mills meyer schmidt ferguson santos stephens soto weaver gardner payne kelley dunn pena spencer hawkins arnold pierce vazquez hansen peters sandoval johnston elliott cunningham bradley
    delgado rios silva singh kumar khan ali shah gupta sharma wang zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo lin luo zheng liang xie tang lee park choi nakamura tanaka suzuki yamamoto kowalski novak
    ivanov petrov muller schneider fischer weber schulz hoffmann rossi russo ferrari esposito bianchi dubois moreau laurent o'brien o'connor o'neill mccarthy mcdonnell macdonald fitzgerald armstrong carpenter
    carroll duncan lawson mcbride mccoy mclaughlin obrien oconnor oneill rowe schwartz schultz shelton stein steinberg goldberg cohen levy friedman katz kaplan rosenberg greenberg weiss wolfe zimmerman""".split()
)  # fmt: skip
