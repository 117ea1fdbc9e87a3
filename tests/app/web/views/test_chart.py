from datetime import date, timedelta

from app.web.views.chart import HEIGHT, WIDTH, Week, draw


def weeks(*numbers: tuple[int, int, int]) -> list[Week]:
    return [Week(date(2026, 1, 5) + timedelta(weeks=at), *one) for at, one in enumerate(numbers)]


def test_nothing_to_draw_gives_nothing() -> None:
    assert draw([]) is None
    assert draw(weeks((0, 0, 0), (0, 0, 0))) is None


def test_everything_stays_inside_the_picture() -> None:
    for most in (1, 3, 7, 99, 12_345, 10**9):
        chart = draw(weeks(*[(most, most // 2, most)] * 12))
        assert chart is not None
        assert 2 <= len(chart.rules) <= 6
        for column in chart.columns:
            for bar in (column.new, column.resolved):
                assert 0 <= bar.x <= WIDTH - bar.width
                assert 0 <= bar.y <= HEIGHT
                assert bar.y + bar.height <= HEIGHT


def test_the_line_goes_through_the_open_findings_of_each_week() -> None:
    chart = draw(weeks((0, 0, 2), (1, 0, 4)))
    assert chart is not None
    assert chart.line == "M" + " L".join(f"{x} {y}" for x, y in (column.dot for column in chart.columns))
    assert chart.columns[1].dot[1] < chart.columns[0].dot[1]
