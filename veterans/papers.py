"""个人信息告知书 and 同意书 of one person, on one page each, to be signed on paper.

The notice serves everybody on the roster (PIPL articles 17, 30 and 35: also where the law
itself is the ground); consent is asked for what goes beyond the statutory duty only."""

from records.printing import Document, Facts, Paragraph, Signature, Title, marks
from veterans.models import Consent, Veteran

NOTICE, CONSENT = "notice", "consent"
TITLES = {NOTICE: "个人信息告知书", CONSENT: "个人信息使用同意书"}
_STATES = "您可以查阅、复制、更正自己的信息，对处理有疑问或意见的，请向服务站或{office}提出。"
NOTICE_TEXT = (
    "根据《中华人民共和国退役军人保障法》《中华人民共和国个人信息保护法》，服务站为履行建档立卡、走访慰问、优待抚恤和服务保障职责，需要登记您的以下信息：姓名、性别、出生年月、公民身份号码、联系电话、政治面貌、入伍和退役时间、原部队职务（不登记部队番号）、现任职务、特点优长、荣誉奖励、优抚类别和参战经历。",
    "上述信息只用于退役军人服务保障工作，由服务站和主管单位工作人员在职责范围内使用。公民身份号码、联系电话加密保存，列表中只显示部分数字，查看和导出均有记录；不向社会公开，不提供给无关单位和个人。",
    "系统不收集未成年子女信息、银行账号和健康病历。公民身份号码属于敏感个人信息，仅用于核对身份、避免重复登记；不提供的，不影响您享受服务。",
)
CONSENT_TEXT = {
    Consent.Kind.STORY: "将本人（亲属）的事迹整理为典型故事，在服务站和本市退役军人服务系统内宣讲、展示",
    Consent.Kind.DISPLAY: "在服务站荣誉墙、光荣榜、专门版块展示本人（亲属）的照片和事迹",
    Consent.Kind.FILM: "为服务站建设视频短片拍摄、使用本人（亲属）的影像和声音",
    Consent.Kind.PUBLIC: "在政务新媒体等网络平台公开本人（亲属）的姓名、照片和事迹",
}


def notice(person: Veteran) -> Document:
    paper = _paper(person, TITLES[NOTICE])
    paper.add(*(Paragraph(text) for text in NOTICE_TEXT))
    paper.add(
        Paragraph(_STATES.format(office=_office(person))),
        Paragraph("以上内容已向我告知。", bold=True),
        Signature(labels=("被告知人（签字）", "告知人（签字）")),
    )
    return paper


def consent(person: Veteran) -> Document:
    paper = _paper(person, TITLES[CONSENT])
    paper.add(
        Paragraph("经服务站说明，本人对下列事项表示意见（同意的在方框内打勾，不同意的不勾）：")
    )
    paper.add(*(Paragraph(f"□ {CONSENT_TEXT[kind]}。") for kind in Consent.Kind))
    paper.add(
        Paragraph("上述使用不涉及公民身份号码、联系电话和住址，不写部队番号、代号。"),
        Paragraph(
            "本人可以随时撤回同意，撤回后服务站及时撤下有关内容；不同意或者撤回，不影响享受各项服务。"
        ),
        Paragraph(_STATES.format(office=_office(person))),
        Signature(labels=("签字", "与本人关系", "经办人")),
    )
    return paper


def _paper(person, title):
    paper = Document(title, unit=person.station.name, marks=marks())
    paper.add(Title(title))
    paper.add(Facts((("姓名", person.name), ("服务站", person.station.name))))
    return paper


def _office(person):
    return person.county_office


PAPERS = {NOTICE: notice, CONSENT: consent}
