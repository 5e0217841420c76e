"""Countries, states and provinces: large enough to stay in a text."""

_COUNTRIES = (
    "Afghanistan|Albania|Algeria|Argentina|Armenia|Australia|Austria|Bangladesh|Belarus|Belgium|Bolivia|Brazil|Bulgaria|Cambodia|Cameroon"
    "|Canada|Chile|China|Colombia|Congo|Costa Rica|Croatia|Cuba|Cyprus|Czech Republic|Denmark|Dominican Republic|Ecuador|Egypt|England"
    "|Estonia|Ethiopia|Finland|France|Gambia|Georgia|Germany|Ghana|Great Britain|Greece|Greenland|Guatemala|Haiti|Honduras|Hong Kong|Hungary"
    "|Iceland|India|Indonesia|Iran|Iraq|Ireland|Israel|Italy|Jamaica|Japan|Jordan|Kazakhstan|Kenya|Korea|South Korea|North Korea|Kuwait"
    "|Laos|Latvia|Lebanon|Liberia|Libya|Lithuania|Luxembourg|Macau|Malaysia|Mali|Malta|Mexico|Moldova|Mongolia|Morocco|Myanmar|Namibia"
    "|Nepal|Netherlands|New Zealand|Nicaragua|Niger|Nigeria|Norway|Oman|Pakistan|Panama|Paraguay|Peru|Philippines|Poland|Portugal|Qatar"
    "|Romania|Russia|Rwanda|Saudi Arabia|Scotland|Senegal|Serbia|Singapore|Slovakia|Slovenia|Somalia|South Africa|South Sudan|Spain"
    "|Sri Lanka|Sudan|Sweden|Switzerland|Syria|Taiwan|Tanzania|Thailand|Tunisia|Turkey|Uganda|Ukraine|United Arab Emirates"
    "|United Kingdom|United States|United States of America|Uruguay|Uzbekistan|Venezuela|Vietnam|Wales|Yemen|Zambia|Zimbabwe"
    "|US|USA|U.S.|U.S.A.|UK|U.K.|UAE|Africa|Asia|Europe|America|South America|North America|Central America|Southeast Asia|Middle East"
)
_STATES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas"
    "|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire"
    "|New Jersey|New Mexico|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota"
    "|Tennessee|Texas|Utah|Vermont|Virginia|West Virginia|Wisconsin|Wyoming|District of Columbia|Puerto Rico"
)
STATE_CODES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX"
    " UT VT VA WA WV WI WY PR"
).split()
PROVINCES = (
    "北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古"
    " 广西 西藏 宁夏 新疆 香港 澳门 华北 东北 华东 华南 西南 西北 华中"
).split()
_ZH_COUNTRIES = (
    "中国 美国 日本 韩国 朝鲜 英国 法国 德国 俄罗斯 加拿大 澳大利亚 新西兰 印度 泰国 越南 新加坡 马来西亚 印度尼西亚 菲律宾 缅甸 老挝 柬埔寨 巴西 墨西哥 意大利"
    " 西班牙 葡萄牙 荷兰 瑞士 瑞典 挪威 丹麦 芬兰 比利时 奥地利 希腊 土耳其 埃及 南非 尼日利亚 肯尼亚 伊朗 伊拉克 以色列 沙特 巴基斯坦 孟加拉 欧洲 亚洲"
    " 非洲 美洲 欧美 东南亚 国内 国外 海外"
).split()
_ZH_REGION_ENDS = (
    "",
    "省",
    "市",
    "自治区",
    "特别行政区",
    "壮族自治区",
    "回族自治区",
    "维吾尔自治区",
    "地区",
    "人",
    "籍",
)

LARGE = frozenset(p.lower() for p in f"{_COUNTRIES}|{_STATES}".split("|")) | {
    place + end for place in (*PROVINCES, *_ZH_COUNTRIES) for end in _ZH_REGION_ENDS
}
