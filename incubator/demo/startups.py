"""The startups of the story: names, founders, rooms and costs. All of them are made up."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

SOFTWARE_SELLER = "杭州简册软件有限公司"
LINE_SELLER = "吉林省云桥通信有限公司"


@dataclass(frozen=True)
class Software:
    """A yearly licence that is invoiced each quarter."""

    product: str
    quarterly: Decimal


@dataclass(frozen=True)
class Person:
    """A founder or team member with the address to sign in with."""

    name: str
    email: str
    category: str = "none"
    born: str = "19900101"
    share: Decimal | None = None


@dataclass(frozen=True)
class Tenant:
    """One startup. `lease_after`: months between the opening of the story and its lease; `broadband`: yuan a month."""

    key: str
    name: str
    short_name: str
    industry: str
    founder: Person
    site: str
    room: str
    area: Decimal
    unit_rent: Decimal
    lease_after: int = 0
    lease_months: int = 24
    broadband: Decimal | None = None
    software: Software | None = None
    member: Person | None = None
    kind: str = "firm"
    size_class: str = "micro"
    verified: bool = True


def _tenant(
    key: str, name: str, short: str, industry: str, founder: Person, home: str, rent: str, **more: object
) -> Tenant:
    """A tenant from the words of a list row: home "净月A座 A-201", rent "86.50 × 45"."""
    site, room = home.split()
    area, price = rent.split(" × ")
    return Tenant(key, name, short, industry, founder, site, room, Decimal(area), Decimal(price), **more)  # type: ignore[arg-type]


def _software(product: str, quarterly: str) -> Software:
    return Software(product, Decimal(quarterly))


def _person(
    name: str, local: str, key: str, category: str = "none", born: str = "19900101", share: str = "100"
) -> Person:
    return Person(name, f"{local}@{key}.example", category, born, Decimal(share))


JINGYUE_TENANTS = (
    _tenant("zhekun", "长春喆堃智能装备有限公司", "喆堃智能", "智能装备", _person("王喆堃", "wang.zhekun", "zhekun", "graduate", "19980712", "70"),
            "净月A座 A-201", "86.50 × 45.00", broadband=Decimal("299.00"), software=_software("图衡三维设计软件", "6800.00"),
            member=_person("陆瑶", "lu.yao", "zhekun", born="19990320", share="30"), size_class="small"),
    _tenant("chongyi", "吉林省翀翼无人机科技有限公司", "翀翼无人机", "无人机研发", _person("于翀", "yu.chong", "chongyi", "veteran", "19870504"),
            "净月A座 A-203", "128.00 × 48.00", lease_after=1, broadband=Decimal("599.00")),
    _tenant("yanguang", "长春龑光激光技术有限公司", "龑光激光", "激光加工", _person("关龑", "guan.yan", "yanguang", "left_post_researcher", "19790918"),
            "净月A座 A-205", "150.00 × 52.00", broadband=Decimal("399.00"), size_class="small"),
    _tenant("heyu", "长春禾语农业科技有限公司", "禾语农业", "农业信息化", _person("田禾", "tian.he", "heyu", "returning_migrant", "19850226"),
            "净月A座 A-302", "62.00 × 42.00", broadband=Decimal("199.00"), software=_software("田间云数据分析软件", "2400.00")),
    _tenant("songguo", "长春松果派网络科技有限公司", "松果派", "互联网服务", _person("宋一诺", "song.yinuo", "songguo", "graduate", "20010815", "60"),
            "净月A座 A-303", "45.00 × 45.00", lease_after=2, broadband=Decimal("199.00"), software=_software("协同文档办公套件", "1980.00"),
            member=_person("丁佳航", "ding.jiahang", "songguo", born="20010402", share="40")),
    _tenant("shenke", "吉林参客电子商务有限公司", "参客电商", "人参电子商务", _person("于秀兰", "yu.xiulan", "shenke", "returning_migrant", "19820611"),
            "净月A座 A-305", "96.00 × 44.00", broadband=Decimal("299.00")),
    _tenant("baihua", "长春白桦林文化创意有限公司", "白桦林文创", "文化创意", _person("白雪晴", "bai.xueqing", "baihua", "graduate", "19990109"),
            "净月A座 A-306", "54.00 × 46.00", lease_after=1, broadband=Decimal("199.00"), software=_software("墨线平面设计软件", "4500.00")),
    _tenant("rongzhou", "长春融轴汽车零部件有限公司", "融轴汽配", "汽车零部件", _person("郑国栋", "zheng.guodong", "rongzhou", "veteran", "19830730"),
            "净月A座 A-401", "180.00 × 40.00", lease_months=18, broadband=Decimal("399.00"), size_class="small"),
    _tenant("binglinghua", "长春冰凌花新材料有限公司", "冰凌花新材", "新材料", _person("沈怀瑾", "shen.huaijin", "binglinghua", "left_post_researcher", "19760423"),
            "净月A座 A-403", "118.00 × 46.00", software=_software("材料仿真计算软件", "9600.00")),
    _tenant("zhiwei", "长春知味预制食品有限公司", "知味食品", "食品加工", _person("冯桂香", "feng.guixiang", "zhiwei", "hardship", "19750214"),
            "净月A座 A-405", "72.00 × 40.00", lease_after=3, broadband=Decimal("199.00"), software=_software("食品追溯管理软件", "2100.00")),
    _tenant("yunshan", "长春云杉软件有限公司", "云杉软件", "软件开发", _person("林可欣", "lin.kexin", "yunshan", "graduate", "20000605", "80"),
            "净月A座 A-406", "110.00 × 55.00", broadband=Decimal("899.00"), software=_software("代码托管与持续集成平台", "5400.00"),
            member=_person("赵一鸣", "zhao.yiming", "yunshan", born="20000218", share="20")),
    _tenant("xiaoman", "长春市朝阳区小满手作工作室", "小满手作", "手工艺", _person("宋小满", "song.xiaoman", "xiaoman", "disabled", "19930521"),
            "朝阳孵化楼 1-102", "60.00 × 32.00", kind="individual_business"),
    _tenant("qiming", "长春启明星教育咨询有限公司", "启明星教育", "教育服务", _person("梁启明", "liang.qiming", "qiming", "registered_unemployed", "19880917"),
            "朝阳孵化楼 2-201", "120.00 × 34.00", lease_after=1, software=_software("协同文档办公套件", "1980.00")),
    _tenant("kangze", "长春康泽医疗器械有限公司", "康泽医疗", "医疗器械", _person("韩旻昇", "han.minsheng", "kangze", "graduate", "19970128"),
            "朝阳孵化楼 2-203", "160.00 × 33.00", lease_after=2, size_class="small", verified=False),
)  # fmt: skip

YANBIAN_TENANTS = (
    _tenant("jindalai", "延边金达莱民俗食品有限公司", "金达莱食品", "民俗食品", _person("李顺姬", "li.shunji", "jindalai", "returning_migrant", "19840808"),
            "返乡创业楼 101", "140.00 × 22.00", broadband=Decimal("199.00")),
    _tenant("haerba", "延边哈尔巴岭生态农业有限公司", "哈尔巴岭农业", "生态农业", _person("朴成俊", "piao.chengjun", "haerba", "returning_migrant", "19801225"),
            "返乡创业楼 203", "88.00 × 20.00", lease_after=1),
)  # fmt: skip

NEWCOMER = "青禾星火团队"  # a team without a licence, whose agreement and lease wait for signatures
