"""Readers of environment variables: what they take, and the sentence for what they refuse."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from incubator.core import environment


@pytest.fixture
def given(monkeypatch):
    return lambda value: monkeypatch.setenv("SETTING", value)


def refusal(read, *arguments, **options):
    with pytest.raises(ImproperlyConfigured) as caught:
        read("SETTING", *arguments, **options)
    return str(caught.value)


def test_unset_and_blank_values_give_the_default(given):
    assert environment.text("SETTING", "default") == "default"
    given("   ")
    assert environment.text("SETTING", "default") == "default"
    assert environment.flag("SETTING", default=True) is True
    assert environment.whole_number("SETTING", 7, least=1, most=9) == 7
    assert environment.words("SETTING", ["a"]) == ["a"]


@pytest.mark.parametrize(
    ("value", "meaning"), [("1", True), ("Yes", True), ("on", True), ("0", False), ("FALSE", False)]
)
def test_flag_reads_yes_and_no(given, value, meaning):
    given(value)
    assert environment.flag("SETTING") is meaning


def test_flag_refuses_anything_else(given):
    given("maybe")
    assert refusal(environment.flag) == "SETTING is 'maybe'; it must be one of 1, true, yes, on or 0, false, no, off."


@pytest.mark.parametrize("value", ["0", "10", "3.5", "１", "--5", "-", "1e3"])
def test_whole_number_refuses_what_is_outside_or_no_number(given, value):
    given(value)
    expected = f"SETTING is {value!r}; it must be a whole number from 1 to 9."
    assert refusal(environment.whole_number, 5, least=1, most=9) == expected


def test_choice_and_words(given):
    given("b")
    assert environment.choice("SETTING", "a", ["a", "b"]) == "b"
    given("c")
    assert refusal(environment.choice, "a", ["a", "b"]) == "SETTING is 'c'; it must be one of a, b."
    given(" a.example, b.example ,")
    assert environment.words("SETTING") == ["a.example", "b.example"]


def test_folder_must_be_absolute_and_no_file(given, tmp_path):
    given(str(tmp_path / "later"))
    assert environment.folder("SETTING", Path("/")) == tmp_path / "later"
    given("media")
    assert refusal(environment.folder, Path("/")) == "SETTING is 'media'; it must be the absolute path of a folder."
    given(__file__)
    assert "absolute path of a folder" in refusal(environment.folder, Path("/"))


@pytest.mark.parametrize(
    "value", ["fuhua.example", "ftp://fuhua.example", "https://", "https://a.example/x", "http://[::1"]
)
def test_address_refuses_what_is_no_address_of_a_site(given, value):
    given(value)
    assert "such as https://fuhua.example" in refusal(environment.address)


def test_address_drops_the_last_slash(given):
    given("https://fuhua.example/")
    assert environment.address("SETTING") == "https://fuhua.example"


def test_secret_is_asked_for_and_never_repeated(given):
    assert environment.secret("SETTING", development="stand-in") == "stand-in"
    assert refusal(environment.secret).startswith("Set SETTING: a random text of at least 32 characters")
    given("hunter2")
    assert refusal(environment.secret) == "SETTING is too short or too simple: use at least 32 random characters."
    given("a" * 64)
    assert "too simple" in refusal(environment.secret)


def test_database_reads_an_address():
    assert environment.database("postgresql://me:p%40ss@db.example:6432/fuhua?sslmode=require") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "fuhua",
        "USER": "me",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require"},
    }
    socket = environment.database("postgresql://fuhua@/fuhua?host=/tmp/fuhua-1")
    assert (socket["HOST"], socket["PORT"], socket["OPTIONS"]) == ("/tmp/fuhua-1", "", {})


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "must be the address of a PostgreSQL database"),
        ("sqlite:///db.sqlite3", "must be the address of a PostgreSQL database"),
        ("postgresql://db.example", "must be the address of a PostgreSQL database"),
        ("postgresql://db.example:port/fuhua", "must be an address such as"),
        ("postgresql://db.example/fuhua?options=-crole%3Dfuhua_owner", "must not set options or role"),
    ],
)
def test_database_refuses_other_addresses(url, reason):
    with pytest.raises(ImproperlyConfigured, match=f"^DATABASE_URL {reason}"):
        environment.database(url)
