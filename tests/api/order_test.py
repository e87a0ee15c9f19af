#!/usr/bin/env python3
"""Every list that can be sorted: both ways, the same page by page as at once, one way the other backwards."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live
import world

w = world.World()
artist_id = w.artist["id"]


def fill():
    for name in ("b", "A", "c", "Ä", "б", "a", "ё", "!x", "B b"):
        path = f"/artists/{w.made('/artists', {'name': name})['id']}/follow"
        w.done("PUT", path)
        if name in "bc":
            w.done("PUT", path, who=w.other)
    for title, date in (("x", None), ("Y", "1999"), ("z", "2001-05-05"), ("y", None), ("w", "1950"), ("x" * 150, "1999")):
        album = w.made("/albums", {"artist_id": artist_id, "title": title, "release_date": date})
        for beginning in ("q", "R"):
            w.made(f"/albums/{album['id']}/tracks", {"title": beginning + title})
    for n in range(4):
        w.made("/posts", {"title": f"t{n}", "content": "c", "status": "published", "tags": [f"tag{n}", "common"]})
        w.made("/feedback/tickets", {"subject": f"s{n}", "message": "m", "category": "bug"})
    return album["id"]


album_id = fill()
LISTS = {
    "/artists": ("name", "followers_count", "created_at"),
    "/artists?verified=false": ("name", "followers_count", "created_at"),
    "/artists?name=a": ("name", "followers_count", "created_at"),
    "/albums": ("created_at", "release_date", "title"),
    f"/artists/{artist_id}/albums": ("created_at", "release_date", "title"),
    "/tracks": ("created_at", "title"),
    f"/artists/{artist_id}/tracks": ("created_at", "title"),
    f"/tracks?album_id={album_id}": ("created_at", "title"),
    "/tags": ("name", "posts_count"),
    "/users/me/following": ("name", "created_at"),
    "/posts": ("published_at", "created_at", "views_count", "comments_count", "title"),
    "/users/me/posts": ("published_at", "created_at", "views_count", "comments_count", "title"),
    "/feedback/tickets": ("created_at", "updated_at", "priority"),
    "/admin/users": ("created_at",),
}


def walked(who, path, limit):
    """All items, by pages of so many."""
    items, cursor = [], ""
    while cursor is not None:
        answer = who.get(f"{path}&limit={limit}{cursor and '&cursor=' + cursor}")
        assert answer.status == 200, (path, answer)
        items += answer.json["items"]
        cursor = answer.json["next_cursor"]
    return items


def lists_go_both_ways():
    for path, sorts in LISTS.items():
        who = w.superuser if path.startswith("/admin") else w.owner
        for by in sorts:
            ways = []
            for sign in ("", "-"):
                sorted_path = f"{path}{'&' if '?' in path else '?'}sort={sign}{by}"
                ids = [item["id"] for item in walked(who, sorted_path, 100)]
                assert len(ids) > 1, sorted_path
                assert [item["id"] for item in walked(who, sorted_path, 1)] == ids, sorted_path
                ways.append(ids)
            if by != "release_date":
                assert ways[0] == ways[1][::-1], (path, by)


def the_order_is_that_of_the_values():
    def values(path, by):
        return [item[by] for item in walked(w.owner, path, 3)]

    for sign, falls in (("", False), ("-", True)):
        for path, by in (("/artists", "followers_count"), ("/artists", "created_at"), ("/albums", "title"), ("/tracks", "title"),
                         ("/tags", "posts_count"), ("/tags", "name"), ("/posts", "title")):
            found = values(f"{path}?sort={sign}{by}", by)
            assert found == sorted(found, reverse=falls), (path, sign, by, found)
        dates = values(f"/albums?sort={sign}release_date", "release_date")
        assert dates[-2:] == [None, None] and dates[:-2] == sorted(dates[:-2], reverse=falls), dates


def a_cursor_goes_one_way():
    there = w.guest.get("/artists?sort=name&limit=1").json["next_cursor"]
    assert w.guest.get(f"/artists?sort=-name&limit=1&cursor={there}").status == 400


code = live.run([lists_go_both_ways, the_order_is_that_of_the_values, a_cursor_goes_one_way])
w.close()
sys.exit(code)
