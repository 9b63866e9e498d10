import secrets

from django.core.exceptions import ValidationError

# Without 0 O 1 l I: passwords are read from a printed slip.
LETTERS_LOWER = "abcdefghijkmnpqrstuvwxyz"
LETTERS_UPPER = "ABCDEFGHJKLMNPQRSTUVWXYZ"
DIGITS = "23456789"


def kinds_in(password: str) -> int:
    """How many of lower case, upper case, digits and other signs occur."""
    return sum(
        (
            any(c.islower() for c in password),
            any(c.isupper() for c in password),
            any(c.isdigit() for c in password),
            any(not c.isalnum() for c in password),
        )
    )


class ThreeKindsValidator:
    """At least three of the four kinds of characters (GB/T 22239, level 2 and up)."""

    def validate(self, password, user=None):
        if kinds_in(password) < 3:
            raise ValidationError(
                "密码须包含大写字母、小写字母、数字、符号中的至少三种。", code="too_few_kinds"
            )

    def get_help_text(self):
        return "密码须包含大写字母、小写字母、数字、符号中的至少三种。"


def generate_password(length: int = 12) -> str:
    """A password that passes the validators and can be read from paper."""
    alphabet = LETTERS_LOWER + LETTERS_UPPER + DIGITS
    while True:
        password = "".join(secrets.choice(alphabet) for _ in range(length))
        if kinds_in(password) == 3:
            return password
