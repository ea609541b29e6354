"""What the window remembers for itself: limits, the file, and what a damaged one costs."""

import json
import stat

import pytest

from onionchat.control import address
from onionchat.errors import InvalidInput, StorageFailed, UnsafePermissions
from onionchat_gui.preference_file import PreferenceFile
from onionchat_gui.viewmodels.preferences import Preferences, Scheme, Telling, Values


@pytest.fixture
def profile(tmp_path):
    (tmp_path / address.KEYSLOT).touch()
    return tmp_path


def loaded(profile):
    preferences = Preferences(PreferenceFile(profile))
    said = []
    preferences.failed.connect(said.append)
    preferences.load()
    return preferences, said


class TestChoosing:
    def test_what_was_chosen_is_there_at_the_next_start(self, profile):
        loaded(profile)[0].change(scheme=Scheme.DARK, text_scale=140, recent_emoji=("🧅",))
        again, said = loaded(profile)
        assert again.values == Values(scheme=Scheme.DARK, text_scale=140, recent_emoji=("🧅",))
        assert said == []

    def test_the_file_is_for_this_user_alone(self, profile):
        loaded(profile)[0].change(language="de")
        assert stat.S_IMODE((profile / address.WINDOW).stat().st_mode) == 0o600

    def test_changed_tells_once_and_only_of_a_change(self, profile):
        preferences, _ = loaded(profile)
        told = []
        preferences.changed.connect(lambda: told.append(preferences.values.lock_minutes))
        preferences.change(lock_minutes=5)
        preferences.change(lock_minutes=5)
        assert told == [5]

    @pytest.mark.parametrize(
        "beyond",
        [{"text_scale": 79}, {"text_scale": 201}, {"lock_minutes": -1}, {"lock_minutes": 1441}],
    )
    def test_nothing_beyond_the_limits(self, profile, beyond):
        preferences, _ = loaded(profile)
        with pytest.raises(ValueError, match=next(iter(beyond))):
            preferences.change(**beyond)
        assert preferences.values == Values()

    def test_by_default_a_notification_names_nobody(self):
        assert Values().telling == Telling.SOMETHING


class TestWhatMustNotStayStored:
    def test_goes_where_it_cannot_be_replaced(self, profile):
        preferences, said = loaded(profile)
        preferences.change(left=1.0)
        (profile / (address.WINDOW + ".new")).mkdir()
        assert not preferences.change_or_drop(left=None)
        assert not (profile / address.WINDOW).exists()
        assert preferences.values.left is None
        assert len(said) == 1

    def test_is_replaced_where_it_can_be(self, profile):
        preferences, said = loaded(profile)
        preferences.change(left=1.0, text_scale=140)
        assert preferences.change_or_drop(left=None)
        assert loaded(profile)[0].values == Values(text_scale=140)
        assert said == []


class TestWithoutAProfile:
    def test_no_folder_is_made_and_the_choice_holds(self, tmp_path):
        folder = tmp_path / "none"
        preferences, said = loaded(folder)
        preferences.change(scheme=Scheme.LIGHT)
        assert preferences.values.scheme == Scheme.LIGHT
        assert not folder.exists()
        assert said == []


class TestAFileThatCannotBeUsed:
    @pytest.mark.parametrize("text", ["", "{", "[]", '"x"', '{"text_scale": "big"}', "\0"])
    def test_is_said_and_the_defaults_hold(self, profile, text):
        address.write_private(profile / address.WINDOW, text)
        preferences, said = loaded(profile)
        assert preferences.values == Values()
        assert len(said) == 1

    def test_limits_hold_for_the_file_too(self, profile):
        address.write_private(profile / address.WINDOW, json.dumps({"text_scale": 1000}))
        preferences, said = loaded(profile)
        assert preferences.values.text_scale == 100
        assert len(said) == 1

    def test_fields_of_another_version_are_ignored(self, profile):
        address.write_private(profile / address.WINDOW, '{"text_scale": 90, "later": [1]}')
        preferences, said = loaded(profile)
        assert preferences.values.text_scale == 90
        assert said == []

    def test_one_that_others_can_write_is_not_believed(self, profile):
        path = profile / address.WINDOW
        address.write_private(path, "{}")
        path.chmod(0o666)
        with pytest.raises(UnsafePermissions):
            PreferenceFile(profile).load()

    def test_damage_is_a_named_error(self, profile):
        address.write_private(profile / address.WINDOW, "{")
        with pytest.raises(InvalidInput, match="damaged"):
            PreferenceFile(profile).load()

    def test_a_folder_in_its_place_cannot_be_read(self, profile):
        (profile / address.WINDOW).mkdir()
        with pytest.raises((StorageFailed, UnsafePermissions)):
            PreferenceFile(profile).load()

    def test_what_cannot_be_stored_holds_until_the_window_closes(self, profile):
        (profile / address.WINDOW).mkdir()
        (profile / address.WINDOW / "full").touch()
        preferences, said = loaded(profile)
        said.clear()
        preferences.change(scheme=Scheme.DARK)
        assert preferences.values.scheme == Scheme.DARK
        assert len(said) == 1
