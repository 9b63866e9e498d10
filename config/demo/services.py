"""Receptions, services, surveys, publicity, films and notes of one station."""

from activities.models import (
    ExperienceNote,
    Film,
    Publicity,
    Reception,
    ServiceRecord,
    SurveyResponse,
)
from config.demo.names import draw_name
from config.demo.world import Place, World

MATTERS = (
    "咨询优待证办理流程", "反映灌溉渠道堵塞影响耕种", "咨询医疗优待政策", "请求协助子女入学事宜",
    "反映门前道路积水", "咨询创业担保贷款政策",
)  # fmt: skip
SERVICES = (
    ("policy", "咨询优待证使用范围", "逐项讲解并发放政策明白卡", "本人已了解"),
    ("information", "更新个人联系方式", "核对花名册并更正", "已更正"),
    ("employment", "求职登记", "推荐到本地企业并联系招聘会", "已推荐三家企业"),
    ("assistance", "家中房屋漏雨请求帮助", "联系志愿服务队上门修缮", "已修缮完成"),
    ("mediation", "与邻居因地界产生分歧", "邀请村调解员共同调解", "双方达成一致"),
    ("contact", "长期在外，希望保持联系", "建立定期电话联系", "按月联系"),
)
CHANNELS = (
    ("wechat_official", "town"), ("wechat_official", "county"), ("app", "county"), ("newspaper", "city"),
    ("tv", "county"), ("douyin", "town"), ("app", "province"),
)  # fmt: skip


def fill_services(world: World, place: Place) -> None:
    if place.level.presence <= 0:
        return
    _receptions(world, place)
    _service_records(world, place)
    _surveys(world, place)
    _publicity(world, place)
    _films(world, place)


def _answer(world, place, received):
    """Most are answered in time; what came in lately may still be open."""
    rng = place.rng
    days = rng.randrange(1, 13) if rng.random() < 0.5 + 0.48 * place.level.presence else 25
    answered = received + world.days(days)
    return answered if answered <= world.today else None


def _receptions(world, place):
    rng = place.rng
    for _ in range(rng.randrange(1, 5)):
        received = world.days_ago(rng.randrange(1, 500))
        answered = _answer(world, place, received)
        world.loader.add(
            Reception,
            station_id=place.station.pk,
            received_on=received,
            visitor=rng.choice(place.people).name if place.people else "辖区居民",
            matter=rng.choice(MATTERS),
            handler="专职工作人员",
            answered_on=answered,
            outcome="已当面答复，本人表示理解。" if answered else "",
            closed_on=answered,
            **world.stamp(place, received),
        )


def _service_records(world, place):
    rng = place.rng
    for _ in range(rng.randrange(2, 9)):
        kind, matter, measure, outcome = rng.choice(SERVICES)
        received = world.days_ago(rng.randrange(1, 500))
        answered = _answer(world, place, received)
        residents = place.residents()
        world.loader.add(
            ServiceRecord,
            station_id=place.station.pk,
            kind=kind,
            person_id=rng.choice(residents).id if residents else None,
            received_on=received,
            matter=matter,
            measure=measure,
            basis="退役军人保障相关政策" if kind == "policy" else "",
            outcome=outcome if answered else "",
            handler="专职工作人员",
            answered_on=answered,
            closed_on=answered,
            **world.stamp(place, received),
        )


def _surveys(world, place):
    rng = place.rng
    good = 0.78 + 0.19 * place.level.presence
    for _ in range(round(rng.uniform(3, 16) * place.level.presence)):
        world.loader.add(
            SurveyResponse,
            station_id=place.station.pk,
            source=rng.choices(("paper", "qr", "phone"), (6, 3, 1))[0],
            respondent=rng.choices(("veteran", "family", "resident"), (7, 2, 1))[0],
            given_on=world.days_ago(rng.randrange(1, 340)),
            **{
                name: rng.choice((5, 5, 4)) if rng.random() < good else rng.choice((3, 3, 2))
                for name in ("honour", "belonging", "gain", "overall")
            },
        )


def _publicity(world, place):
    rng = place.rng
    for number, story in enumerate(place.stories[:4]):
        if not place.has(0.8):
            continue
        channel, level = rng.choice(CHANNELS)
        day = world.days_ago(rng.randrange(5, 300))
        world.loader.add(
            Publicity,
            station_id=place.station.pk,
            channel=channel,
            level=level,
            title=f"{place.short_name}：身边老兵的故事（{number + 1}）",
            published_on=day,
            story_id=story[0],
            **world.stamp(place, day),
        )


def _films(world, place):
    rng = place.rng
    if place.has(0.97):
        made = world.days_ago(rng.randrange(15, 220))
        world.loader.add(
            Film,
            station_id=place.station.pk,
            title=f"{place.short_name}特色化退役军人服务站建设情况",
            duration=rng.randrange(180, 720),
            made_on=made,
            **world.stamp(place, made),
        )
    if place.level.name == "ready" and rng.random() < 0.4:
        day = world.days_ago(rng.randrange(20, 200))
        author = draw_name(rng, gender="male", birth_year=1976)
        world.loader.add(
            ExperienceNote,
            station_id=place.station.pk,
            title=f"{place.short_name}退役军人服务站建设体会",
            body=f"坚持一地一特色，把本地资源和退役军人的力量结合起来。（执笔：{author}）",
            written_on=day,
            **world.stamp(place, day),
        )
