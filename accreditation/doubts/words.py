"""What a kind of doubt is called above the station, and, neutrally, at the station."""

from accounts.models import User

WORDS = {
    "same_file": ("同一文件重复使用", "该文件已在别处使用，请说明"),
    "similar_photo": ("照片高度相似", "该照片与另一张相似，请说明"),
    "photo_date": ("照片时间与活动时间不符", "请核对拍摄日期"),
    "bulk_entry": ("短时间集中录入", "如为纸质台账补录，请标注"),
    "date_order": ("日期先后矛盾", "请核对日期"),
    "two_places": ("同一人同日出现在两地", "请核对参加人员"),
    "two_rosters": ("同一人在两本花名册", "请等待县（区）确认归属"),
    "copied_text": ("文字雷同", "与另一份材料文字相近，请补充本站内容"),
    "foreign_place": ("文中出现其他村居名称", "请核对地名"),
    "copied_participants": ("参加名单多次相同", "请核对参加名单"),
    "repeated_figures": ("数据雷同或均为整数", "请核对数据"),
    "implausible_person": ("人员信息存疑", "请核对人员信息"),
    "over_registered": ("花名册人数超过建档人数", "请核对花名册；建档人数由县（区）核对"),
    "registered_drop": ("建档人数申报前减少", "由县区说明"),
    "same_scene": ("不同日期场景相同", "请说明"),
    "mixed_theme": ("内容与申报类别不一致", "多数内容不属于本站类别，请核对"),
    "sudden_rise": ("申报前得分骤增", ""),
    "review_pattern": ("评审办理异常", ""),
}

# Not shown to a station (only for those above it), nor, where it is about how the
# city reviews, to a county.
ABOVE_STATIONS = ("sudden_rise", "review_pattern")
ABOVE_COUNTIES = ("review_pattern",)


def hidden_from(user: User) -> tuple[str, ...]:
    """The kinds of doubt that this reader is not shown."""
    hidden = {User.Role.STATION: ABOVE_STATIONS, User.Role.COUNTY: ABOVE_COUNTIES}
    return hidden.get(user.role, ())


def words(kind: str, *, is_station: bool) -> str:
    above, at_station = WORDS.get(kind, ("其他疑点", "请说明"))
    return at_station if is_station else above
