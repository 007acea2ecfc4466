"""`{% compact %}`: a long table without the indentation of its template."""

from django.template import Context, Template


def rendered(html, **context):
    return Template("{% load cabinet %}{% compact %}" + html + "{% endcompact %}").render(
        Context(context)
    )


def test_indentation_goes_and_words_stay_apart():
    html = '\n  <td\n      class="x">\n    два\n    слова\n  </td>\n  <td></td>\n'
    assert rendered(html) == '<td class="x"> два слова </td><td></td>'


def test_what_it_prints_is_still_escaped():
    assert rendered("  <b>{{ typed }}</b>  ", typed="<i>") == "<b>&lt;i&gt;</b>"
