"""/cms/ for the editors of two organisations: rights follow the role, and what belongs to the other is not there."""

import io
import itertools
import re
from datetime import timedelta

import pytest
from django.core.files.images import ImageFile
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from PIL import Image as Picture
from wagtail.admin.urls import urlpatterns
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission

from cms.models import ArticlePage, OrganisationHome
from cms.services import publish_site
from incubator.accounts.models import Membership, User
from incubator.journal.models import SecurityEvent
from tests.browser import signed_in

SECRET = "机密标题"


def browser_of(user):
    return signed_in(user)


@pytest.fixture
def editor(site, people):
    return browser_of(people["editor"])


@pytest.fixture
def other_editor(other_site, other_people):
    return browser_of(other_people["editor"])


@pytest.fixture
def platform(db):
    return browser_of(User.objects.create_superuser("platform@example.com", "平台", "correct horse battery"))


@pytest.fixture
def theirs(site):
    """What belongs to the first organisation: page, draft, picture, document."""
    article = ArticlePage(title=f"{SECRET}文章", slug="about", live=False)
    site.add_child(instance=article)
    revision = article.save_revision()
    picture = io.BytesIO()
    Picture.new("RGB", (40, 30), "white").save(picture, "PNG")
    picture.seek(0)
    image = Image.objects.create(title=f"{SECRET}图片", file=ImageFile(picture, "a.png"), collection=site.collection)
    document = Document.objects.create(title=f"{SECRET}文件", file=ImageFile(io.BytesIO(b"x"), "a.txt"), collection=site.collection)
    return {"home": site, "article": article, "revision": revision, "image": image, "document": document}


# Rights follow the role


def test_an_editor_comes_in_and_edits_the_own_page(editor, site):
    assert editor.get("/cms/").status_code == 200
    assert editor.get(reverse("wagtailadmin_pages:edit", args=[site.pk])).status_code == 200
    assert editor.get(reverse("wagtailadmin_pages:add", args=["cms", "articlepage", site.pk])).status_code == 200


def test_signing_in_leads_an_editor_to_the_editing_of_the_site(editor, site):
    assert editor.get("/home/").headers["Location"] == "/cms/"


def test_somebody_with_two_roles_chooses(site, people, organisation):
    Membership.objects.create(user=people["editor"], organisation=organisation, role="officer")
    page = browser_of(people["editor"]).get("/home/").content.decode()
    assert 'href="/cms/"' in page and 'href="/office/jingyue/"' in page


def test_an_editor_publishes_an_article(editor, site, reader):
    address = reverse("wagtailadmin_pages:add", args=["cms", "articlepage", site.pk])
    form = {
        "title": "关于我们", "slug": "about", "kind": "page", "shown_on": "2026-11-24", "lead": "", "title_en": "", "lead_en": "", "search_description": "",
        "body-count": "1", "body-0-deleted": "", "body-0-order": "0", "body-0-type": "steps", "body-0-id": "",
        "body-0-value-heading": "来访", "body-0-value-steps-count": "1", "body-0-value-steps-0-deleted": "",
        "body-0-value-steps-0-order": "0", "body-0-value-steps-0-type": "item", "body-0-value-steps-0-id": "",
        "body-0-value-steps-0-value-title": "预约", "body-0-value-steps-0-value-text": "打电话", "body_en-count": "0",
        "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "comments-MIN_NUM_FORMS": "0", "comments-MAX_NUM_FORMS": "",
        "action-publish": "action-publish",
    }
    response = editor.post(address, form)
    assert response.status_code == 302, response.context["form"].errors
    assert "预约" in reader().get("/jingyue/about/").content.decode()


@pytest.mark.parametrize("role", ["owner", "manager", "finance", "officer", "viewer", "founder", "member", "mentor", "judge"])
def test_other_roles_get_the_reason(site, people, role):
    response = browser_of(people[role]).get("/cms/")
    assert (response.status_code, "内容编辑" in response.content.decode() or "content editor" in response.content.decode()) == (403, True)


def test_without_an_account_to_the_sign_in_page(site, client):
    response = client.get("/cms/pages/")
    assert (response.status_code, response.headers["Location"]) == (302, "/accounts/login/?next=/cms/pages/")


def test_a_role_that_ended_yesterday_counts_no_more(editor, people, site):
    assert editor.get("/cms/").status_code == 200
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(user=people["editor"]).update(since=yesterday, until=yesterday)
    assert editor.get("/cms/").status_code == 403
    assert people["editor"].groups.count() == 0


def test_a_role_in_two_organisations_opens_both_and_nothing_more(site, other_site, people, other_organisation):
    user = people["editor"]
    Membership.objects.create(user=user, organisation=other_organisation, role="editor")
    client = browser_of(user)
    assert {client.get(reverse("wagtailadmin_pages:edit", args=[home.pk])).status_code for home in (site, other_site)} == {200}
    assert client.get(reverse("wagtailadmin_pages:edit", args=[site.get_parent().pk])).status_code == 404


def test_publishing_again_takes_away_rights_that_do_not_belong(site, other_site, organisation):
    right = GroupPagePermission.objects.filter(group=site.editors).first()
    GroupPagePermission.objects.create(group=site.editors, page=other_site.page_ptr, permission=right.permission)
    GroupCollectionPermission.objects.create(
        group=site.editors, collection=Collection.get_first_root_node(),
        permission=GroupCollectionPermission.objects.filter(group=site.editors).first().permission,
    )
    publish_site(organisation)
    assert set(GroupPagePermission.objects.filter(group=site.editors).values_list("page", flat=True)) == {site.pk}
    assert set(GroupCollectionPermission.objects.filter(group=site.editors).values_list("collection", flat=True)) == {site.collection_id}


def test_no_group_holds_rights_on_everything(site):
    assert list(GroupPagePermission.objects.exclude(group=site.editors)) == []
    assert list(GroupCollectionPermission.objects.exclude(group=site.editors)) == []


def test_an_editor_cannot_delete_move_or_copy_the_organisations_page(editor, site):
    for act in ("delete", "move", "copy"):
        response = editor.post(reverse(f"wagtailadmin_pages:{act}", args=[site.pk]), {"new_slug": "x", "new_title": "x"})
        assert response.status_code in {302, 403}, act
    editor.post(reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"]) + f"?id={site.pk}")
    assert OrganisationHome.objects.filter(pk=site.pk, live=True).count() == 1


def test_wagtails_account_form_leads_to_our_places(editor):
    assert editor.get("/cms/account/").headers["Location"] == "/home/"


# Every address of /cms/, as the editor of the other organisation


def names(tree, before=""):
    for entry in tree:
        if hasattr(entry, "url_patterns"):
            yield from names(entry.url_patterns, f"{before}{entry.namespace}:" if entry.namespace else before)
        elif entry.name:
            yield before + entry.name, set(entry.pattern.converters) | set(entry.pattern.regex.groupindex)


def addresses(theirs):
    """Each view of /cms/ with the first organisation's ids in its address."""
    home, article = theirs["home"], theirs["article"]
    given = {
        "page_id": [home.pk, article.pk], "parent_page_id": [home.pk, article.pk], "page_to_move_id": [article.pk], "destination_id": [home.pk],
        "page_pk": [article.pk], "revision_id": [theirs["revision"].pk], "revision_id_a": ["earliest"], "revision_id_b": ["latest"],
        "image_id": [theirs["image"].pk], "document_id": [theirs["document"].pk], "doc_id": [theirs["document"].pk],
        "collection_id": [home.collection_id], "object_id": [article.pk], "session_id": [1], "uploaded_file_id": [1], "task_id": [1],
        "task_state_id": [1], "workflow_pk": [1], "workflow_state_id": [1], "filter_spec": ["max-10x10"], "uidb64": ["x"], "token": ["x"],
        "action_name": ["copy", "publish", "delete", "unpublish"], "action": ["delete", "publish", "unpublish", "move"],
        "app_label": ["cms"], "model_name": ["articlepage"], "app_name": ["taggit"], "content_type_app_name": ["cms"],
        "content_type_model_name": ["articlepage"], "pk": [home.pk, article.pk, theirs["image"].pk, theirs["document"].pk, home.editors_id],
    }
    for name, needs in sorted({(name, tuple(sorted(needs))) for name, needs in names(urlpatterns)}):
        for values in itertools.product(*(given[key] for key in needs)):
            kwargs = dict(zip(needs, values, strict=True))
            if name.startswith("wagtailadmin_pages:set_page_position") and "page_id" in kwargs:
                continue
            try:
                yield name, reverse(name, kwargs=kwargs)
            except NoReverseMatch:
                yield name, None


def shown(response):
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), body.decode(errors="replace"))


# What an editor reads without any id of others in it: own lists, words of the program.
TYPED = {"q": SECRET, "term": SECRET, "search": SECRET, "id": "all", "child_of": "root", "collection_id": "1"}


@pytest.mark.parametrize("query", [{}, TYPED], ids=["plain", "searching"])
def test_no_view_shows_or_changes_what_belongs_to_another(other_editor, theirs, query):
    cells, leaks, failures = 0, [], []
    for name, address in addresses(theirs):
        assert address, name
        if name in {"wagtailadmin_error_test", "wagtailadmin_logout"}:
            continue
        for method in (other_editor.get, other_editor.post):
            response = method(address, query)
            cells += 1
            if SECRET in shown(response).replace(SECRET + '"', "").replace(f"{SECRET}<", "") or "长春净月创客空间" in shown(response):
                leaks.append((name, method.__name__))
            if response.status_code >= 500:
                failures.append((name, method.__name__, response.status_code))
    for row in ("article", "image", "document"):
        theirs[row].refresh_from_db()
    assert (leaks, failures) == ([], [])
    assert not theirs["article"].live and theirs["home"].live
    assert cells > 250
    print(f"test_wagtail: editor of B over {cells} cells of /cms/: rows of A 0, 5xx 0")


@pytest.mark.parametrize("name", ["wagtailadmin_reports:site_history", "wagtailadmin_tag_autocomplete", "wagtailadmin_workflows:index", "wagtailusers_users:index", "wagtailusers_groups:index", "wagtailadmin_collections:index"])
def test_lists_over_all_organisations_are_for_the_platform(editor, platform, name):
    assert (editor.get(reverse(name)).status_code, platform.get(reverse(name)).status_code) == (404, 200)


def test_choosers_list_own_things_only(editor, other_editor, theirs):
    for name in ("wagtailimages_chooser:choose", "wagtaildocs_chooser:choose", "wagtailadmin_choose_page"):
        assert SECRET in shown(editor.get(reverse(name))) or name == "wagtailadmin_choose_page"
        assert SECRET not in shown(other_editor.get(reverse(name)))


def test_there_are_no_tags(editor, theirs):
    """Tags would be one list of words for all organisations, offered in every chooser."""
    for address in (reverse("wagtailimages:edit", args=[theirs["image"].pk]), reverse("wagtaildocs:edit", args=[theirs["document"].pk]), reverse("wagtailimages:add")):
        assert 'name="tags"' not in editor.get(address).content.decode()
    bulk = reverse("wagtail_bulk_action", args=["wagtailimages", "image", "add_tags"])
    assert editor.get(f"{bulk}?id={theirs['image'].pk}").status_code == 404


def test_a_preview_shows_the_page_inside_its_organisation(editor, site):
    response = editor.get(reverse("wagtailadmin_pages:view_draft", args=[site.pk]))
    html = response.content.decode()
    assert response.status_code == 200
    assert "长春净月创客空间" in html and "怎样申请" in html


def test_what_is_refused_in_the_site_editor_is_written_down(other_editor, other_people, theirs, site, people):
    """404 of the gate, 403 of whoever has no business there, and Wagtail's own refusal, which only leads back."""
    refused = SecurityEvent.objects.filter(what="refused_foreign")
    assert other_editor.get("/cms/").status_code == 200
    assert not refused.exists()
    pages = [f"/cms/pages/{site.pk}/edit/", f"/cms/images/{theirs['image'].pk}/", "/cms/users/"]
    for page in pages:
        assert other_editor.get(page).status_code in {302, 404}
    assert browser_of(people["viewer"]).get("/cms/images/").status_code == 403
    assert sorted(refused.values_list("user", "address")) == sorted(
        [*((other_people["editor"].pk, page) for page in pages), (people["viewer"].pk, "/cms/images/")]
    )
