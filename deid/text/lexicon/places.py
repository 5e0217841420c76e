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
COUNTRIES = tuple(_COUNTRIES.split("|"))

# Towns: too small to stay. None that is a name, a word or an eponym by itself.
TOWNS = frozenset(
    town.lower()
    for town in (
        "New York City|Los Angeles|Chicago|Houston|Philadelphia|San Antonio|San Diego|San Jose|San Francisco|Fort Worth|Charlotte|Indianapolis|Seattle|Nashville|El Paso|Las Vegas|Detroit|Memphis|Louisville|Baltimore|Milwaukee|Albuquerque|Tucson|Fresno|Sacramento"
        "|Mesa|Kansas City|Atlanta|Omaha|Colorado Springs|Raleigh|Long Beach|Virginia Beach|Miami|Oakland|Minneapolis|Tulsa|Bakersfield|Tampa|Arlington|New Orleans|Wichita|Cleveland|Honolulu|Anaheim|Henderson|Orlando|Stockton|Riverside|Corpus Christi|Lexington|Santa Ana|Cincinnati|Saint Paul|St\\. Paul"
        "|Pittsburgh|Greensboro|Anchorage|Plano|Newark|Toledo|Lincoln|Chula Vista|Jersey City|Chandler|Fort Wayne|Buffalo|Durham|St\\. Petersburg|Laredo|Lubbock|Scottsdale|Glendale|Reno|Norfolk|Winston-Salem|Irving|Chesapeake|Fremont|Baton Rouge|Boise|San Bernardino|Spokane|Birmingham|Modesto|Des Moines"
        "|Tacoma|Fontana|Oxnard|Moreno Valley|Fayetteville|Yonkers|Augusta|Shreveport|Akron|Little Rock|Amarillo|Mobile, AL|Huntsville|Grand Rapids|Salt Lake City|Tallahassee|Worcester|Knoxville|Providence|Chattanooga|Brownsville|Fort Lauderdale|Tempe|Ontario, CA|Springfield|Eugene, OR|Pembroke Pines|Salem, OR"
        "|Peoria|Hollywood|Syracuse|Bridgeport|Kissimmee|Hartford|New Haven|Nashua|Concord|Cambridge, MA|Lowell|Quincy, MA|Newton, MA|Somerville|Framingham|Brookline|Albany|Yakima|Olympia|Bellevue|Everett, WA|Portland|Gresham|Beaverton|Hillsboro|Duluth|Fargo|Sioux Falls|Bismarck|Cheyenne|Billings|Missoula"
        "|Boulder, CO|Fort Collins|Pueblo|Santa Fe|Las Cruces|Flagstaff|Galveston|Waco|Beaumont|Pasadena|Burbank|Compton|Inglewood|Santa Monica|San Mateo|Palo Alto|Mountain View|Sunnyvale|Berkeley|Hayward|Vallejo|Napa|Santa Rosa|Redding|Chico|Monterey|Salinas|Santa Cruz|Santa Barbara|Ventura|Irvine"
        "|Decatur|Savannah|Macon|Charleston|Columbia, SC|Wilmington|Asheville|Roanoke|Richmond, VA|Alexandria|Annapolis|Rockville|Bethesda, MD|Hyattsville|Silver Spring|Scranton|Allentown|Harrisburg|Erie, PA|Trenton|Camden|Hoboken|Paterson|Elizabeth, NJ|Brooklyn|Queens|Manhattan|Bronx|Staten Island|Koreatown|Chinatown"
        "|Toronto|Montreal|Vancouver|Calgary|Edmonton|Ottawa|Winnipeg|Hamilton, ON|Halifax|Etobicoke|Mississauga|Brampton|Scarborough|London|Leeds|Sheffield|Liverpool|Bristol|Nottingham|Newcastle|Cardiff|Edinburgh|Aberdeen|Dundee|Belfast|Dublin|Cork, Ireland|Galway|Limerick|Leicester|Coventry|Bradford|Southampton|Portsmouth|Brighton"
        "|Berlin|Hamburg|Munich|Cologne|Frankfurt|Stuttgart|Dresden|Leipzig|Vienna|Salzburg|Zurich|Basel|Bern|Lausanne|Paris|Lyon|Marseille|Toulouse|Nice, France|Bordeaux|Lille|Strasbourg|Brussels|Antwerp|Ghent|Amsterdam|Rotterdam|Utrecht|Eindhoven|Copenhagen|Aarhus|Oslo|Bergen|Trondheim|Stockholm|Gothenburg|Helsinki|Tampere|Espoo"
        "|Madrid|Barcelona|Seville|Bilbao|Lisbon|Porto|Rome|Milan|Naples|Turin|Florence, Italy|Venice|Bologna|Palermo|Athens|Thessaloniki|Istanbul|Ankara|Izmir|Warsaw|Krakow|Gdansk|Wroclaw|Prague|Brno|Bratislava|Budapest|Debrecen|Bucharest|Sofia, Bulgaria|Belgrade|Zagreb|Ljubljana|Sarajevo|Kyiv|Kiev|Lviv|Odessa|Moscow|Saint Petersburg|Minsk|Vilnius|Riga|Tallinn"
        "|Cairo|Alexandria, Egypt|Lagos|Abuja|Ibadan|Accra|Nairobi|Mombasa|Mogadishu|Hargeisa|Addis Ababa|Khartoum|Kampala|Dakar|Casablanca|Rabat|Tunis|Algiers|Johannesburg|Cape Town|Durban|Pretoria|Harare|Lusaka|Tehran|Baghdad|Basra|Damascus|Aleppo|Beirut|Amman|Jerusalem|Tel Aviv|Haifa|Riyadh|Jeddah|Dubai|Abu Dhabi|Doha|Kuwait City"
        "|Karachi|Lahore|Islamabad|Kabul|Kandahar|Delhi|New Delhi|Mumbai|Bangalore|Bengaluru|Chennai|Kolkata|Hyderabad|Ahmedabad|Pune|Jaipur|Lucknow|Amritsar|Chandigarh|Dhaka|Chittagong|Colombo|Kathmandu|Yangon|Bangkok|Chiang Mai|Hanoi|Ho Chi Minh City|Saigon|Da Nang|Phnom Penh|Vientiane|Kuala Lumpur|Jakarta|Surabaya|Manila|Quezon City|Cebu"
        "|Seoul|Busan|Incheon|Daegu|Tokyo|Osaka|Kyoto|Nagoya|Sapporo|Fukuoka|Kobe|Yokohama|Taipei|Kaohsiung|Taichung|Beijing|Shanghai|Guangzhou|Shenzhen|Chengdu|Wuhan|Hangzhou|Nanjing|Chongqing|Tianjin|Xi'an|Suzhou|Kowloon|Sydney|Melbourne|Brisbane|Perth|Adelaide|Canberra|Auckland|Wellington|Christchurch"
        "|Mexico City|Guadalajara|Monterrey|Tijuana|Nogales|Oaxaca|Puebla|Guatemala City|San Salvador|Tegucigalpa|Managua|Panama City|Havana|Santo Domingo|Port-au-Prince|San Juan|Ponce|Arecibo|Mayaguez|Kingston, Jamaica|Bogota|Medellin|Cali, Colombia|Caracas|Quito|Guayaquil|Lima|Cusco|La Paz|Santiago|Buenos Aires|Cordoba|Montevideo|Sao Paulo|Rio de Janeiro|Brasilia|Salvador"
    ).split("|")
    if "," not in town
)
HAN_TOWNS = (
    "石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁 呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布 沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 葫芦岛 长春 四平 辽源 通化 白山 松原 白城 延边"
    " 哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 昆山 常熟 张家港 江阴 宜兴 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 义乌 诸暨 余姚 慈溪 合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城"
    " 福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德 福清 晋江 石狮 南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶 济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽 高密 诸城 寿光 郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 济源"
    " 武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施 仙桃 潜江 天门 长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 湘西 广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮 南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左"
    " 海口 三亚 儋州 成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 阿坝 甘孜 凉山 西昌 贵阳 六盘水 遵义 安顺 毕节 铜仁 昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 大理 楚雄 红河 文山 西双版纳 德宏 拉萨 日喀则 昌都 林芝 山南 那曲 阿里 西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛"
    " 兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南 临夏 甘南 西宁 海东 银川 石嘴山 吴忠 固原 中卫 乌鲁木齐 克拉玛依 吐鲁番 哈密 昌吉 伊犁 喀什 和田 阿克苏 石河子 台北 高雄 台中 台南 新竹 九龙 密云 通州 大兴 昌平 顺义 房山 嘉定 松江 青浦 奉贤 浦东 闵行 徐汇 静安 长宁 虹口 杨浦 朝阳 海淀 丰台 东城 西城 石景山"
).split()
