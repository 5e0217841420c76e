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
    "庹禤於沐郇鄞佀侴冮弭恽斛旷檀琚眭睢綦翦肇茆菅蒉褟谌邛郐郓郤鬲麴遆镡闳闾鄯洑朴忻爨战仝郄占洒苑宾晓智敏苏闭员贠妫缐昃鹿卯尕牙才招青晋线油芝亮兀泥邸俎藏相禚撒辜祁訚单逯鲜凤仵呙冒凃陇言展"
)
# Surnames that are words first: only after a label, in a list of names, or where a name model sees one.
RARE_SURNAMES = frozenset(
    "过揣毓渠湛漆矫植区黑操摆妥要衣校次母刀回图火色达良直里长门首飞风香凯果集雨零普思念善旦种折拉斗末木波泰洛源潜疏礼真神祭福离秘稽素紫纳维续罕考芒若营表衷赛起载辅辟遇道采铁锁锡镇闪问降陀随顿飘候移展户承律柔敦旺昂昭曙望涛淡清漫烟率瑞甲畅盍碧秒穰笃粘绪繁臣舜菊莱诗诺豹贵赤赧赫英腾铁迪迮逢遠野钊钞锐阿靖革顺颉骑鼓"
)
# Surnames that are also everyday or clinical words: before a given name they need more proof.
WEAK_SURNAMES = frozenset(
    "于高黄白曾时平安严何经全水向和毛常方温凌万麻单解查明石花路项成终宣管任班从有能后年都公计须别利益干家国都满空双相东西南北牙才"
    "青红亮海山阴阳强充通步居容闭员应怀甘左古师原党门过江明关那连松井台富家羊鱼牧年爱智敏晓油线泥藏撒鲜凤冒归法却束从咸慎舒康宁"
    "包文华盛景金米麦车路游冷乐边官支练帅库水沙商燕卫景席应师元季毕边豆胶修养付代占岩才招司权养丰盖督况有厉戎危贡劳寿易危尚令郎"
)
# Never a surname when a title or a verb follows: "和医生", "于当日".
FUNCTION_WORDS = frozenset(
    "于和向有从时经由同来能后别应须都相公计该各为因与曾常何还全单单任管班主值当床诊科责让请找问告劝求遵按藏"
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
    "汐轶弛雯婕靓骞煊琰珺玟羿茉萃萩蕴薰祯禛穗筱箐箫绾缨芃荻菀葶蓁誉谧逍钥铄铖铧颀颉颢馥骐骢隽霂霈丹朵凝妤姝婳孜宥屿嵘彧恺曼柠栀桉梧棠楹槿樾檀沅泠洵浔涓淳渝渲湉溢漪潼澈濡炀煦熠燊珣琢琮瑄瑭璃甯皖睦祈稚笙筝纾缜羲聆舟苒葭藜觅遇酉阔韫颐骊骄鹭麓默壮虎娥钗黛妞云淼亮业义乐佛俭兵昱晞月朝朴榛毓淞渤湖潮澎煌熔珈礼竣粲绮翀肃臻舜舞苹荟豫豹赞逵遐鉴钦铠隆鲲齐广岗岛卉惟拓根谋迎世久冉"
    "东晶娴仪眉亨姬梵桦剑韦臣霭栓锁枫懋炘垣骐缇菀琸栩昀垚煦"
)
# Names of the peoples of China that have no surname: what they are made of.
NAME_PARTS = (
    "扎西 卓玛 次仁 格桑 央金 顿珠 梅朵 平措 丹增 达瓦 尼玛 拉姆 旺堆 多吉 索朗 仁青 洛桑 白玛 普布 边巴 强巴 曲珍 德吉 桑吉 才让 才旦 加措 嘉措 晋美 贡布 赤列 旦增 罗布 群培 益西 阿旺 土登 措姆 仓决 玉珍 卓嘎 曲扎"
    " 巴桑 米玛 拉巴 拉珍 白珍 旺姆 旺久 旦巴 丹巴 仁增 江白 江村 泽仁 泽旺 俄珠 坚赞 坚参 索南 宗吉 央珍 措毛 卓尕 才仁 桑杰 更登 班玛 完么 尕藏 尕玛 三木旦 南杰 旺杰 降央 克珠 顿旦 色珍 仓木决 其米 嘎玛 次旦 次旺 次珍 次央 尼珍 德庆 琼达"
    " 买买提 阿依古丽 古丽娜 古丽 热依汗 吐尔逊 艾力 阿不都 热合曼 玉素甫 阿迪力 帕提古丽 买合木提 艾合买提 阿卜杜 库尔班 努尔 阿布都 拉合曼 热孜万 阿孜古丽 米热 迪丽 帕提曼 阿米娜 古再丽 祖丽 木合塔尔 依明 吾买尔 吐逊 艾尼 艾尔肯 卡德尔 肉孜 萨迪克 伊敏 约麦尔 阿西木 吾守尔 尼亚孜 麦麦提 买提 图尔荪 艾则孜 玛依拉 阿娜尔 热娜 祖农 赛买提 哈力克"
    " 巴特尔 其其格 图雅 乌兰 格日勒 苏日娜 萨仁 阿拉坦 那日苏 乌云 高娃 斯琴 塔娜 朝鲁 宝音 敖登 娜仁 托娅 巴图 孟和 布和 额尔德尼 哈斯 苏和 那顺 青格勒 呼格吉勒 阿古拉 特木尔 吉日嘎拉 巴雅尔 达来 莫日根 满都拉 其木格 阿茹娜 萨日娜 诺敏 牧仁 恩和 巴音 都兰 苏布德 乌日娜 通拉嘎"
    " 央宗 曲宗 卓央 曲央 拥措 白央 旺扎 旺青 卓么 才郎 才旺 官却 多杰 桑周 索巴 四郎 泽郎 泽让 斯郎 俄松 邓珠 格勒 江措 降措 罗绒 扎巴 次多 丹珠 加央 强桑 普赤 边珍 仓珍 列珠"
    " 阿依努尔 阿依夏木 阿曼古丽 巴哈尔 汗古丽 热依扎 阿里木 阿力木 艾山 玉苏甫 吐尔洪 吐尔地 买买吐 托合提 麦麦提 麦麦提明 阿卜力孜 阿卜来提 阿布拉 阿布力孜 艾则孜 帕尔哈提 帕尔哈特 迪力木拉提 迪里夏提 地里夏提 再努尔 再娜甫 祖力 姑丽 夏木西 热比古丽 热娜 美合日 米热古丽 布威 图尔荪 赛买提 阿巴斯 居马 吾布力 哈力 亚森 亚库普 牙生 木萨 阿不力克木 阿不都拉 努尔买买提 叶尔肯 叶尔兰 巴合提 哈德勒 赛力克 古丽娜尔 加娜尔 阿依达娜 波拉提"
    " 呼和 乌恩 其木 赛罕 哈日 娜仁花 萨如拉 斯日古楞 阿木古楞 布仁 巴雅 白音 毕力格 旭日干 赛音 图门 吉雅 乌仁 乌力吉 德力格尔 敖特根 满达 照日格图 朝格图 阿斯楞 伊德日 浩日娃 乌吉斯古楞 苏伦 额尔敦 孟克 那木 道尔吉 扎布 巴拉珠 策仁"
    " 阿牛 阿呷 尔古 吉克 沙马 木呷 阿依 曲比 阿木 日火 伍呷 拉则 马海 吉木 金哲洙"
).split()

# Japanese surnames, in the characters both languages write.
JAPANESE_SURNAMES = (
    "佐藤 铃木 高桥 田中 渡边 伊藤 山本 中村 小林 加藤 吉田 山田 佐佐木 山口 松本 井上 木村 清水 山崎 池田 桥本 阿部 石川 山下 中岛 石井 小川 前田 冈田 长谷川 藤田 后藤 近藤 村上 远藤 青木 坂本 斋藤 斉藤 福田 太田 西村 藤井 金子 藤原"
    " 三浦 中野 中川 原田 松田 竹内 小野 田村 中山 和田 石田 森田 上田 内田 柴田 酒井 宫崎 横山 高木 安藤 宫本 大野 小岛 谷口 今井 工藤 高田 增田 丸山 杉山 村田 大冢 大塚 小山 平野 河野 樱井 岩崎 野口 松尾 野村 菊地 佐野 渡部 大西 新井 滨田 市川 古川 水野 小松 岛田"
).split()

KIN = (
    "子女 夫人 夫妻 夫妇 亲友 大儿 大女 二儿 二女 三儿 小孙子 小孙女 姑婆 姨婆 舅公 侄媳 侄孙 兄长 嫂嫂 小姨子 小舅子 老丈人 丈母娘 婆家 女伴 男伴 弟媳 弟妹 弟妇 姑父 姑母 姑妈 姨父 姨母 姨丈 舅妈 舅母 婶子 伯母 伯伯 大伯 大娘 干妈 干爸 奶妈 继子 继女 养子 养女 双胞胎哥哥 双胞胎姐姐 双胞胎弟弟 双胞胎妹妹 曾孙 重孙 孙媳 亲家 小姨 小叔 小舅 大姑 二姑 大姨 二姨 大舅 二舅 三姨 女孩 男孩 长孙 幼子 幼女 三子 三女 四子 四女 大儿子 小儿子 大女儿 小女儿 二儿子 二女儿 前夫 前妻 未婚夫 未婚妻 养母 生母 生父 岳父母 亲属 家长 监护人 父亲 母亲 父 母 儿子 女儿 妻子 丈夫 配偶 爱人 老伴 哥哥 弟弟 姐姐 妹妹 兄 弟 姐 妹 子 女 妻 夫 长子 次子 长女 次女 女婿 儿媳 孙子 孙女"
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
# Given names that are words too, and no list has: only where a person acts or is spoken to.
WORDS_GIVEN = frozenset(
    "poppy olive iris lily violet ivy heather laurel holly jade amber coral ginger pepper sage basil hazel penny honey candy sunny misty stormy may will rose dot ash faith joy hope grace precious art drew chase sky bill summer autumn grant mark frank gene jack pat ray rich rob sue dawn june april ruby pearl star storm river forest skip buddy junior cherish destiny charity chance royal miracle treasure heaven nevaeh legend king prince angel major".split()
)
HAN_WORDS = frozenset(
    "安静 张力 平安 康复 健康 文静 建国 国庆 胜利 和平 光明 明显 高热 黄疸 白带 方便 方正 平静 安康 向前 时间 时候 小时 小便 小结 老年 小儿 小肠"
    " 小脑 小心 小学 小区 小型 小量 小叶 小梁 小管 小剂 小于 小组 小米 小麦 小孩 小明显 小幅 小体 小块 小片 小球 小圆 小支 小灶 小细 小动 小静 小康 小关 小平 小路 小家 小山 小水 老化 老花 老师 老板 老家 老公 老婆 老伴 老乡 老先 老太 老爷 老奶 老干 大便 大量 大小 大叶 大学 大专 大腿 大脑 大于 大致 大网 大隐 大黄 大气 大约 大概 大汗 大枣 大米 大麦 大蒜 大夫 大家 大多 大部 大体 大片 大块 大面 大口 大声 大力 大鱼 大阴 大剂 大出 大鼠 大爷 大妈 大姐 大哥 大叔 大娘 大嫂 大婶 阿片 阿莫 阿奇 阿卡 阿尔 阿托 阿司 阿替 阿普 阿昔 阿糖 阿霉 阿米 阿是 阿姨 阿婆 阿公 中心 正常 良好 阳性 阴性 全身 双侧 左侧 右侧 上午 下午 春天 夏天 东方 成年 高峰 水平 石英 红英 金属 华佗 宁静 黄金 常青 小腿 小腹 小指"
    " 宝宝 乖乖 家庭 实习 进修 李子 小许 小程 小余 小任 小严 小唐筛"
    " 小汗 小溪 小伙 小费 小车 小包 小鱼 小水 小花 小石 小高 小白 小黄 小马 小牛 小羊 小熊 小陈旧 小贺卡 小史 小单 小成 小解 小满 小雪 小寒 小暑 小沙 小池 小杂 小房 小苗 小龙虾 小麦粉 小计 小谷 小路 小店 小段 小柴 小柴胡 小青龙 小金丹 小金丸 小建中 小陷胸 小叶增 小角 小宫 小盘 老周期 老毛病 老龄 老茧 老样 老伤 老病 老慢 老房 老城 老字 老胃 老酒 老年性 老公公 老婆婆 阿是穴 阿司 阿托 阿奇 阿莫 阿霉 阿片 阿昔 阿卡 阿立 阿普 阿米 阿替 阿法 阿仑 阿瑞 阿洛 阿德 阿糖 阿魏 阿是 阿尔 阿苯 阿利 阿戈 阿那 阿达 阿贝 阿比 阿维 阿扎 阿茨 阿斯 阿哌 阿伐 阿折 阿曲 阿氏 阿弗 阿加 大石 大高 大方 大白 大黄 大汗 大路 大水 大单 大成 大何 大王 大明 大安 大康 大连 大关 大史 大花 大牛 大马 大鱼 大房 大包 大车 大金 大米 大麦 大叶"
    " 宝宝 乖乖 家庭 实习 进修 李子 小许 小程 小余 小任 小严 小唐筛"
    " 小汗 小溪 小伙 小费 小车 小包 小鱼 小水 小花 小石 小高 小白 小黄 小牛 小羊 小熊 小陈旧 小单 小成 小解 小满 小雪 小寒 小暑 小沙 小池 小杂 小房 小苗 小谷 小店 小段 小柴 小青 小金 小建 小陷 小角 小宫 小盘 小史 小计 小童 小温 小连 小席"
    " 老毛 老龄 老茧 老样 老伤 老病 老慢 老房 老城 老字 老胃 老酒 老公 老婆 老实 老练 老少 老视 老牛 老路 老旧 老套"
    " 阿是 阿司 阿托 阿奇 阿莫 阿霉 阿片 阿昔 阿卡 阿立 阿普 阿米 阿替 阿法 阿仑 阿瑞 阿洛 阿德 阿糖 阿魏 阿尔 阿苯 阿利 阿戈 阿那 阿达 阿贝 阿比 阿维 阿扎 阿茨 阿斯 阿哌 阿伐 阿折 阿曲 阿氏 阿弗 阿加 阿姨 阿婆 阿公"
    " 大石 大高 大方 大白 大黄 大汗 大路 大水 大单 大成 大何 大王 大明 大安 大康 大连 大关 大史 大花 大牛 大马 大鱼 大房 大包 大车 大金 大米 大麦"
    " 老人 阿胶 冬梅 爱心 明亮 朝阳".split()
)

# Characters before a surname with which it is a word of notes: 病程, 升高, 对于. With such a word after it ("明显") it begins no name.
WORD_ENDS = frozenset(
    "曲张 扩张 紧张 主张 夸张 舒张 开张 病程 过程 疗程 全程 日程 课程 行程 流程 升高 增高 偏高 过高 较高 提高 身高 最高 抬高 略高 稍高 宫高 垫高 正常 异常 日常 经常 时常 通常 失常 反常 往常 平常 家常 寻常 苍白 蛋白 清白 空白 明白 灰白 变白 发白 发黄 蜡黄 橘黄 淡黄 泛黄"
    " 卵黄 地黄 大黄 麻黄 雌黄 硫黄 牛黄 蒲黄 姜黄 苔黄 水平 扁平 低平 持平 和平 公平 生平 太平 平平 对于 由于 位于 关于 至于 处于 属于 大于 小于 等于 低于 高于 基于 鉴于 用于 源于 限于 趋于 在于 归于 急于 终于 善于 便于 利于 始于 死于 生于 见于 就于 今于 已于 并于 多于 少于 曾于"
    " 缓和 饱和 温和 柔和 中和 总和 平和 调和 处方 地方 双方 对方 前方 后方 上方 下方 侧方 左方 右方 外方 配方 复方 单方 官方 院方 东方 北方 南方 西方 平方 立方 大方 医方 患方 安全 完全 健全 不全 齐全 保全 俱全 成全 说明 证明 表明 声明 透明 失明 清明 文明 发明 聪明 注明 查明 阐明 标明 鲜明 光明 不明 未明"
    " 及时 有时 随时 临时 同时 小时 平时 暂时 即时 何时 当时 定时 按时 那时 此时 顿时 结石 钙石 滑石 碎石 排石 取石 胆石 眼花 尿路 通路 气路 道路 走路 迷路 电路 管路 马路 线路 旁路 形成 组成 完成 生成 合成 构成 造成 达成 促成 赞成 变成 制成 分成 检查 复查 筛查 排查 抽查 调查 巡查 普查 自查 核查 督查"
    " 简单 嘱单 名单 账单 清单 菜单 知单 意书 缓解 了解 理解 溶解 降解 分解 讲解 电解 化解 误解 责任 主任 信任 担任 血管 气管 插管 拔管 导管 食管 胆管 尿管 胃管 流管 置管 带管 封管 冲管 饮水 积水 腹水 胸水 羊水 脱水 喝水 进水 输水 限水 发麻 全麻 局麻 腰麻 荨麻 肿胀 发红 潮红 鲜红 暗红 淡红 舌红"
    " 肝硬 发冷 怕冷 寒冷 体温 低温 高温 室温 测温 复温 降温 阴阳 太阳 少阳 肾阳 脾阳 老年 青年 少年 成年 近年 每年 多年 去年 今年 昨年 同年 健康 小康 患者 家属 儿童 学童 睑板 纤维 颜面 医师 教师 律师 技师 药师 护师 老师 导师 工程 成分 充分 部分 评分 积分 水分 养分 出生 医生 产生 发生 再生 新生 先生 学生 寄生 卫生 增生 共生 衍生"
    " 应有 具有 没有 所有 含有 伴有 患有 只有 尚有 仍有 偶有 时有 常有 可有 带有 持有 占有 该应 反应 适应 相应 响应 供应 对应 效应 顺应 感应 答应 照应 时间 期间 夜间 晚间 晨间 中间 空间 房间 肋间 叶间 日间 民间 世间 病史 家史 胸廓 入门 肛门 幽门 贲门 肾门 肺门 肝门 脾门 声门 部门 专门 热门 心包 面包 荷包 脓包 鼓包 钱包 药包 红包 皮包"
    " 通气 排气 空气 氧气 脾气 肺气 中气 元气 支气 内江 主编 主管 分管 保管 接管 监管 托管 尽管 只管 不管 无论 讨论 结论 理论 言论 评论".split()
)

# Given names of elsewhere in Chinese characters, which stand alone and need no context. None is an eponym, a drug or a place.
FOREIGN_GIVEN = (
    "阿什莉 布兰登 泰勒 尼古拉斯 文森特 弗雷德 弗兰克 加布里埃尔 格雷戈里 乔纳森 乔舒亚 肯尼斯 劳拉 劳伦斯 马尔科 玛格丽特 玛莎 梅根 米歇尔 娜奥米 帕特里克 蕾切尔 丽贝卡 萨曼莎 苏珊娜 特蕾莎 蒂莫西 维克多 沃尔特 扎克 朱利安 艾德里安 阿德里安娜 安德莉亚 阿琳娜 鲍里斯 伊戈尔 康斯坦丁 列昂尼德 奥列格 帕维尔 谢苗 塔蒂亚娜 维克托 阿米尔 艾莎 卡里姆 莱拉 纳迪亚 拉希德 塔里克 泽纳布 "
    "玛丽 玛丽亚 玛莉 约翰 约翰逊 大卫 彼得 迈克 迈克尔 杰克 杰瑞 汤姆 托马斯 詹姆斯 罗伯特 凯文 史蒂文 史蒂夫 艾米 艾米丽 露西 露丝 莉莉 莉萨 安娜 安妮 爱丽丝 爱玛 艾玛 索菲亚 索菲 苏珊 凯特 凯瑟琳 伊丽莎白 詹妮弗 珍妮 珍妮弗"
    " 南希 丽莎 琳达 芭芭拉 朱莉 朱莉娅 朱丽叶 海伦 夏洛特 奥利维亚 伊莎贝拉 娜塔莎 娜塔莉亚 塔季扬娜 柳德米拉 斯维特兰娜 奥尔加 伊琳娜 叶卡捷琳娜 叶莲娜 尤利娅 伊万 安德烈 谢尔盖 弗拉基米尔 德米特里 阿列克谢 尼古拉 米哈伊尔"
    " 穆罕默德 艾哈迈德 阿里 哈桑 法蒂玛 易卜拉欣 优素福 尤素福 阿卜杜拉 何塞 卡洛斯 胡安 路易斯 费尔南多 皮埃尔 弗朗索瓦 汉斯 安东尼 安东尼奥 安德鲁 安吉拉 丹尼尔 丹尼 马修 马克 马丽娅 克里斯 克里斯汀 克里斯蒂娜 杰西卡 杰森 瑞秋 萨拉 莎拉"
    " 雷蒙德 理查德 爱德华 乔治 亨利 威廉 查尔斯 菲利普 保罗 西蒙 塞缪尔 本杰明 亚当 亚历山大 尼克 瑞恩 贾斯汀 布莱恩 埃里克 艾瑞克 格蕾丝 维多利亚 阿曼达 梅丽莎 妮可 斯蒂芬妮 史密斯 威尔逊 田中 铃木 佐藤 山本 山田 小林 渡边 伊藤 中村"
).split()
