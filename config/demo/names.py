"""Invented people: names, numbers and telephones that belong to nobody."""

import datetime as dt
from random import Random

from veterans.id_numbers import check_digit

# Address code 321300 was never given to a person: numbers carry the code of a county.
NOBODYS_AREA = "321300"

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗" * 6
    + "梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎" * 3
    + "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段章钱汤尹黎易常武乔贺赖龚文"
    + "单仇查解臧葛卞宗裴晁滕耿庄"
)
COMPOUND_SURNAMES = ("欧阳", "司马", "尉迟", "诸葛", "上官")
# What people of a generation were called.
MALE_OLD = "德明国富有才福宝金银根生发永贵成林茂保守仁义礼信忠良广兴学文喜来友"
MALE_MIDDLE = "建军国强志勇卫东红兵海涛春雷新民立新爱华伟平永刚俊峰光辉大鹏庆振"
MALE_YOUNG = "浩宇轩博文子豪俊杰鑫磊阳凯旭鹏飞超翔晨宏睿泽楠恒嘉昊"
FEMALE_OLD = "秀英兰芳桂珍玉梅素华凤云翠"
FEMALE_MIDDLE = "红梅丽萍艳玲霞敏春燕静娟海英晓"
FEMALE_YOUNG = "婷雪佳怡欣悦雨涵思琪梦洁倩颖"

# Names that must never come out by chance: martyrs, commanders and leaders whom every
# reader knows. Martyrs of the demonstration have no given name at all.
DENIED = frozenset(
    """彭雪枫 江上青 朱瑞 杨靖宇 赵一曼 赵登禹 佟麟阁 左权 张自忠 戴安澜 狼牙山 刘胡兰 董存瑞
    黄继光 邱少云 罗盛教 杨根思 孙占元 雷锋 王杰 欧阳海 焦裕禄 王进喜 刘英俊 张思德 方志敏 瞿秋白
    李大钊 恽代英 邓中夏 蔡和森 向警予 叶挺 项英 刘志丹 谢子长 王尔琢 黄公略 段德昌 曾中生 许继慎
    罗炳辉 吴焕先 寻淮洲 洪学智 粟裕 陈毅 刘少奇 毛泽东 周恩来 朱德 邓小平 江泽民 胡锦涛 习近平
    李克强 李强 王岐山 张爱萍 邓子恢 黄克诚 韦国清 吴芝圃 滕海清 张震 钟期光 张云逸 谭震林 杨国夫
    张国华 王建军 史光柱 李成文 张富清 孙家栋 王继才 杨业功 杜富国 陈红军 陈祥榕 肖思远 王焯冉
    祁发宝 杨善洲 孔繁森 张桂梅 黄大年 钱学森 邓稼先 马本斋 李兆麟 周保中 冯仲云 赵尚志 王平
    张文 张明 张鑫 王伟 陈延年 陈乔年 赵世炎 罗亦农 彭湃 杨殷 林祥谦 施洋 萧楚女 高君宇""".split()
)


def draw_name(rng: Random, *, gender: str, birth_year: int) -> str:
    """A name of the generation; drawn again if it is one that everybody knows."""
    while True:
        surname = rng.choice(SURNAMES) if rng.random() > 0.004 else rng.choice(COMPOUND_SURNAMES)
        pool = _given_pool(gender, birth_year)
        given = rng.choice(pool) + (rng.choice(pool) if rng.random() < 0.8 else "")
        name = surname + given
        if name not in DENIED:
            return name


def _given_pool(gender, birth_year):
    pools = (
        (FEMALE_OLD, FEMALE_MIDDLE, FEMALE_YOUNG)
        if gender == "female"
        else (MALE_OLD, MALE_MIDDLE, MALE_YOUNG)
    )
    return pools[0 if birth_year < 1958 else 1 if birth_year < 1985 else 2]


class Numbers:
    """Numbers are handed out so that no two people share one: ID numbers of nobody's area
    with a right check digit, telephones of a range that no operator assigns."""

    def __init__(self):
        self.serials: dict[tuple[dt.date, int], int] = {}
        self.phones = 0

    def id_number(self, birth: dt.date, gender: str) -> str:
        odd = 1 if gender == "male" else 0
        serial = self.serials.get((birth, odd), 1 if odd else 2)
        if serial > 999:
            return ""
        self.serials[birth, odd] = serial + 2
        first = f"{NOBODYS_AREA}{birth:%Y%m%d}{serial:03d}"
        return first + check_digit(first)

    def phone(self) -> str:
        if self.phones > 9999:
            return ""
        self.phones += 1
        return f"1990000{self.phones - 1:04d}"
