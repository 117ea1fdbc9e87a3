"""What goes into a mail."""

from email.message import EmailMessage

from app.mailing import mail
from app.settings import Settings


def test_only_mail_addresses_get_mail() -> None:
    good, bad = (
        ("ada@example.org", "a.b+c@x.example.org"),
        ("ada", "a b@x.org", "a@b", "a@b.c\r\nBcc: d@e.f", "<a@b.c>"),
    )
    assert all(mail.ADDRESS.fullmatch(one) for one in good)
    assert not any(mail.ADDRESS.fullmatch(one) for one in bad)


def test_a_mail_has_a_sender_whatever_is_set() -> None:
    made = EmailMessage()
    made["From"] = mail.sender(Settings())
    assert made["From"].addresses[0].addr_spec == "holdfast@holdfast.invalid"
    assert mail.sender(Settings(smtp_host="mx.example.org")) == "holdfast@mx.example.org"
