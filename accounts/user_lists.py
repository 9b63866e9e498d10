"""A list of accounts from Excel or CSV: read, check row by row, and hold until confirmed."""

from dataclasses import asdict, dataclass, field

from django.core.exceptions import ValidationError

from accounts import tables
from accounts.models import User
from accounts.permissions import is_admin
from accounts.tables import TableError
from accounts.workflow import BATCH_LIMIT, role_problem

COLUMNS = ["姓名", "用户名", "角色", "单位代码", "电话"]
SALT = "accounts.user_lists"
ROLE_WORDS = {label: value for value, label in User.Role.choices} | {
    "管理员": "admin",
    "市局": "city",
    "县区": "county",
    "县（区）": "county",
    "功能区": "county",
    "服务站": "station",
    "查阅": "viewer",
}


@dataclass
class Row:
    line: int
    full_name: str
    username: str
    role: str
    code: str
    phone: str
    errors: list[str] = field(default_factory=list)

    @property
    def role_text(self):
        return dict(User.Role.choices).get(ROLE_WORDS.get(self.role, self.role), self.role)


def read(file) -> list[Row]:
    """The rows of an uploaded file, unchecked."""
    return _rows(tables.read_table(file, what="用户名单"))


def hold(rows: list[Row], *, by: User) -> str:
    return tables.hold([asdict(row) for row in rows], by=by, salt=SALT)


def held(token: str, *, by: User) -> list[Row]:
    rows = tables.held(token, by=by, salt=SALT)
    return [Row(**row | {"errors": []}) for row in rows]


def check(rows: list[Row], *, by: User, regions) -> list[User]:
    """Fill in the errors of each row; the accounts that the good rows would make. `regions`
    are those that the caller may give accounts to."""
    places = {region.code: region for region in regions.filter(code__in={r.code for r in rows})}
    names = [row.username for row in rows]
    taken = set(User.objects.filter(username__in=names).values_list("username", flat=True))
    first: dict[str, int] = {}
    users = []
    for row in rows:
        row.errors = list(_problems(row, by, places, taken, first))
        first.setdefault(row.username, row.line)
        if not row.errors:
            users.append(_user(row, places[row.code]))
    return users


def _problems(row, by, places, taken, first):
    role = ROLE_WORDS.get(row.role, row.role)
    if role not in User.Role.values:
        yield f"角色“{row.role[:20]}”不对，应为 {'、'.join(User.Role.labels)} 之一。"
    elif not is_admin(by) and role != User.Role.STATION:
        yield "县（区）、功能区只能建服务站工作人员的账号。"
    elif row.code in places and (problem := role_problem(role, places[row.code])):
        yield problem
    if row.code not in places:
        yield f"单位代码“{row.code[:20]}”不存在，或者不在您的管理范围内。"
    if row.username in taken:
        yield f"用户名“{row.username[:60]}”已经有人使用，请换一个。"
    elif row.username in first:
        yield f"用户名“{row.username[:60]}”与第{first[row.username]}行重复。"
    user = User(full_name=row.full_name, username=row.username, phone=row.phone)
    try:
        user.clean_fields(exclude=["password", "role", "region"])
    except ValidationError as error:
        for name, sentences in error.message_dict.items():
            label = User._meta.get_field(name).verbose_name
            yield from (f"{label}：{sentence}" for sentence in sentences)


def _user(row, region):
    return User(
        full_name=row.full_name,
        username=row.username,
        role=ROLE_WORDS.get(row.role, row.role),
        region=region,
        phone=row.phone,
    )


def _rows(cells):
    start = next((n for n, line in enumerate(cells) if "姓名" in line and "用户名" in line), None)
    if start is None:
        raise TableError(f"没有找到表头。第一行应为：{'、'.join(COLUMNS)}。")
    header = cells[start]
    missing = [name for name in COLUMNS[:4] if name not in header]
    if missing:
        raise TableError(f"表头缺少：{'、'.join(missing)}。请下载模板，按模板填写。")
    rows = []
    for number, line in enumerate(cells[start + 1 :], start + 2):
        if not any(line):
            continue
        value = dict(zip(header, line, strict=False))
        rows.append(
            Row(
                line=number,
                full_name=value.get("姓名", ""),
                username=value.get("用户名", ""),
                role=value.get("角色", ""),
                code=value.get("单位代码", ""),
                phone=value.get("电话", ""),
            )
        )
        if len(rows) > BATCH_LIMIT:
            raise TableError(f"一次最多{BATCH_LIMIT}人，请把名单分成几份。")
    if not rows:
        raise TableError("名单里没有数据行，请在表头下面逐行填写。")
    return rows
