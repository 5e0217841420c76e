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

# Characters that given names are made of, and that no clinical word ends with.
GIVEN_CHARS = frozenset(
    "伟芳娜秀敏静丽强磊军洋艳勇杰娟涛明超霞平刚桂英华玉兰红萍建国志文辉力斌波宁鹏飞鑫浩宇轩然子涵梓萱诗怡欣琪雨晨思嘉俊豪佳雪梅琳璐莹颖婷婧妍媛媚嫣娇婉妮娅姗姣倩茜蕾薇菲菁菊莉莲莎蓉蓓蔓芬芝芸苗若茹荷萌萧蕊"
    "冰冬凤凯凌利功勤勋勃博卓卫原发启吉君吟呈咏哲唯喆善喜圆坚坤城培墨士夏天奇奎奕好妙婵孝孟学安宏定宗宜宝实宣家容宽宾宪寒富寿小少尚尧展山岚岩岭峰峻崇嵩川州巍帆帅希干年幸庆康廷弘弛彤彦彩彪彬影德忆忠念怀恒恩"
    "悦惠慈慧懿戈成才承振捷政敬斐新方旭旺昂昆昊昌昕昭星春晋晓晔晖晗晟晴智暄暖曙曦朋朗望木本来松林柏柔栋树栩桐梁楚楠榕樱欢歌正武毅民永汉江池沁沛河沫治泉泓泰泽洁津洪洲浚浦浪海润淑淇深清渊湘源溪滔滢漫潇澄澜"
    "濛炎炜炳烁烨焕焱煜熙燕爽牛玄玖玥玮环玲珂珊珍珏珠球理琛琦琴琼瑀瑛瑜瑞瑶璇璟瓒甜生田甲男畅登百皓益盈盛真睿知石碧祖祎祥祺福禄禹禾秋科程稳立竹笑筠简籽素纯纲绍绣继维绮缘罡美群羽翔翠翰耀聪肖胜能舒良艺艾节芮"
    "芷花苏苑茂茗茵荔荣莺菡葵蒙蓝虎虹蝶衡裕西言诚诺谦谨豆贝贞财贤贵赫越路跃辰达运远连迪逸邦采金钢钰铁铃铭银锋锐锦镇长阳阿陶雁雄雅雍雯霁霄霆霏霖露青靖韬韵顺颂领风飒香馨骁骏骥高鸣鸽鸿鹤麒麟麦黎黛鼎龄龙昶炫奥"
    "尔巴娃妹娣婶儿仁仙伦佑佩信俪倪健傲元允先光兆兴其典冠冲凡加劲北千升南卿厚友双叶向吴和唐团圣垚埔堂多大太夫央如妃始威娥嫒嫦存宸宛寅尉尊居屏岳岱峥巧师幼庭廉延开弋彰心快恬悠情意慎扬挺揚擎攀放敦斯旋日早易映"
    "显景朔杉李杏束枫柯柱柳柽标格桃桓桥梦棋森楷榆樊殊殿沐沙洛浣温港湛满滨灵灿炯烈烽焰爱牧独献珞珩班琬琰瑗瑰瑾璧甫申画略疆皎砚硕秉秦穆竞章童端符笛策篱米紫纬纾练绪绵罗羚翎翊翘老耘耿育胤航芊芋芙芹苇苓范荃荆菱"
    "萤葆蓬蔚蕙薪藏蘅衍裳语谊谷贺赋赐轶轲辛迅迈进逊通速道遥郁郎醒野钊钧铎铮锴镕镜门闯闲闻闽阁雷震霜鞠音韶顾飘驰驹骅魁魂鲁鲜鸥鹂鹃鹰"
)
# Names of the peoples of China that have no surname: what they are made of.
NAME_PARTS = (
    "扎西 卓玛 次仁 格桑 央金 顿珠 梅朵 平措 丹增 达瓦 尼玛 拉姆 旺堆 多吉 索朗 仁青 洛桑 白玛 普布 边巴 强巴 曲珍 德吉 桑吉 才让 才旦 加措 嘉措 晋美 贡布 赤列 旦增 罗布 群培 益西 阿旺 土登 措姆 仓决 玉珍 卓嘎 曲扎"
    " 巴桑 米玛 拉巴 拉珍 白珍 旺姆 旺久 旦巴 丹巴 仁增 江白 江村 泽仁 泽旺 登巴 俄珠 坚赞 坚参 索南 宗吉 央珍 措毛 卓尕 才仁 桑杰 更登 班玛 完么 尕藏 尕玛 三木旦 南杰 旺杰 降央 克珠 顿旦 色珍 仓木决 其米 嘎玛 次旦 次旺 次珍 次央 尼珍 德庆 琼达"
    " 买买提 阿依古丽 古丽娜 古丽 热依汗 吐尔逊 艾力 阿不都 热合曼 玉素甫 阿迪力 帕提古丽 买合木提 艾合买提 阿卜杜 库尔班 努尔 阿布都 拉合曼 热孜万 阿孜古丽 米热 迪丽 帕提曼 阿米娜 古再丽 祖丽 木合塔尔 依明 吾买尔 吐逊 艾尼 艾尔肯 卡德尔 肉孜 萨迪克 伊敏 约麦尔 阿西木 吾守尔 尼亚孜 麦麦提 买提 图尔荪 艾则孜 玛依拉 阿娜尔 热娜 祖农 赛买提 哈力克"
    " 巴特尔 其其格 图雅 乌兰 格日勒 苏日娜 萨仁 阿拉坦 那日苏 乌云 高娃 斯琴 塔娜 朝鲁 宝音 敖登 娜仁 托娅 巴图 孟和 布和 额尔德尼 哈斯 苏和 那顺 青格勒 呼格吉勒 阿古拉 特木尔 吉日嘎拉 巴雅尔 达来 莫日根 满都拉 其木格 阿茹娜 萨日娜 诺敏 牧仁 恩和 巴音 都兰 苏布德 乌日娜 通拉嘎"
    " 阿牛 阿呷 尔古 吉克 沙马 木呷 阿依 曲比 阿木 日火 伍呷 拉则 马海 吉木 金哲洙"
).split()

KIN = (
    "父亲 母亲 父 母 儿子 女儿 妻子 丈夫 配偶 爱人 老伴 哥哥 弟弟 姐姐 妹妹 兄 弟 姐 妹 子 女 妻 夫 长子 次子 长女 次女 女婿 儿媳 孙子 孙女"
    " 外孙 外孙女 外婆 外公 奶奶 爷爷 姥姥 姥爷 祖父 祖母 岳父 岳母 公公 婆婆 侄子 侄女 外甥 舅舅 姑姑 叔叔 姨妈 表哥 表姐 堂兄 养父 养母 继父"
    " 继母 嫂子 姐夫 妹夫 爸爸 妈妈 爸 妈 老公 老婆 先生 太太 闺女 儿媳妇 媳妇 女友 男朋友 堂弟 堂妹 堂姐 表弟 表妹 姨 舅 伯父 叔父 婶婶 侄女 外甥女 病友 邻床 同屋 同行 好友 亲友 陪护 陪同者 陪同人 组长 队长 书记 村长 领导 老板 雇主 房东 同事 邻居 朋友 保姆 护工 室友 男友 女友 男朋友 女朋友 未婚夫 未婚妻 同学 老乡 战友 监护人 家属"
).split()
TITLES_AFTER = (
    "主任医师 副主任医师 主治医师 住院医师 主任护师 副主任护师 主管护师 副主任 主任 护士长 医生 医师 大夫 护士 护师 教授 副教授 博士 药师 技师"
    " 主治 住院 副主任护师 副主任药师 规培 技士 检验师 医助 司机 阿婆 阿公 阿叔 大叔 大婶 大嫂 婆婆 公公 伯伯 处长 科长 局长 书记 厂长 镇长 乡长 村长 主席 部长 会长 队长 组长 首长 首席 博士后 法官 检察官 小朋友 治疗师 营养师 院长 副院长 老师 先生 女士 小姐 太太 夫人 阿姨 叔叔 大爷 大妈 奶奶 爷爷 同志 师傅 经理 校长 老太 老人 助产士 咨询师 辅导员 律师 警官 民警 社工 村医 班主任 同学 总 某某 某"
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
    " 小脑 小心 小学 小区 小型 小量 小叶 小梁 小管 小剂 小于 小组 小米 小麦 小孩 小明显 小幅 小体 小块 小片 小球 小圆 小支 小灶 小细 小动 小静 小康 小关 小平 小路 小家 小山 小水 老化 老花 老师 老板 老家 老公 老婆 老伴 老乡 老先 老太 老爷 老奶 老干 大便 大量 大小 大叶 大学 大专 大腿 大脑 大于 大致 大网 大隐 大黄 大气 大约 大概 大汗 大枣 大米 大麦 大蒜 大夫 大家 大多 大部 大体 大片 大块 大面 大口 大声 大力 大鱼 大阴 大剂 大出 大鼠 大爷 大妈 大姐 大哥 大叔 大娘 大嫂 大婶 阿片 阿莫 阿奇 阿卡 阿尔 阿托 阿司 阿替 阿普 阿昔 阿糖 阿霉 阿米 阿是 阿姨 阿婆 阿公 中心 正常 良好 阳性 阴性 全身 双侧 左侧 右侧 上午 下午 春天 夏天 东方 成年 高峰 水平 石英 红英 金属 华佗 宁静 黄金 常青 小腿 小腹 小指"
    " 老人 阿胶 冬梅 爱心 明亮 朝阳".split()
)
