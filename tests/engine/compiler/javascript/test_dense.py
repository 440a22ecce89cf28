"""A script with fewer spaces is the same script."""

import shutil
import subprocess

import pytest

from engine.compiler.javascript.dense import dense
from engine.stepper.script import page_script

NODE = shutil.which("node")


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("const a = { b: 1, c };", "const a={b:1,c};"),
        ("if (a && !b) return [c];", "if(a&&!b)return[c];"),
        ("a + +b - -c;", "a + +b - -c;"),
        ("f(() => {\n    return 1;\n\n\n  });\n", "f(()=>{\nreturn 1;\n});\n"),
        ("a = b; // it's here\nc = d;", "a=b;\nc=d;"),
        ("/**\n * A `quote.\n */\nf( /* in */ x );", "\nf( x);"),
        ("a = \"x = {  }\" + 'y : \\'  , ';", "a=\"x = {  }\" + 'y : \\'  , ';"),
        ("a = `x = ${ b ? `, ${c}  = ` : \"} \" } = y\\` `;",
         "a=`x = ${ b ? `, ${c}  = ` : \"} \" } = y\\` `;"),
        ("a = `${ { b: 1 } }  ;  `;", "a=`${ { b: 1 } }  ;  `;"),
        ("a = / , [/ ,] = \"/g.test(b) / 2 / c;", "a=/ , [/ ,] = \"/g.test(b)/ 2 / c;"),
        ("return /a : b/u;", "return /a : b/u;"),
        ("f(" + 60 * " " + "/a : b/u);", "f(/a : b/u);"),
        ("no_return / a ? b : c / 2;", "no_return / a?b:c / 2;"),
        ("x = (a) / b ; y = c / \" , \";", "x=(a)/ b;y=c / \" , \";"),
    ],
)  # fmt: skip
def test_spaces_go_only_where_they_say_nothing(script: str, expected: str) -> None:
    """Not in strings, templates, regular expressions, and beside + and -."""
    assert dense(script) == expected


@pytest.mark.parametrize("script", ["a = 'b", "a = `b", "a = `${ b `c`", "a = `${ b"])
def test_what_has_no_end_is_refused(script: str) -> None:
    """A string that goes on for ever is a mistake in a module; the error shows its beginning."""
    with pytest.raises(ValueError, match="this has no end: ") as told:
        dense(script + 100 * "-")
    assert len(str(told.value)) == len("this has no end: ''") + 40


def test_the_margins_of_the_page_are_narrow() -> None:
    """No line is empty, or has a space at its beginning or end."""
    lines = page_script().strip().splitlines()
    assert all(line == line.strip() != "" for line in lines)


@pytest.mark.skipif(not NODE, reason="needs the program node")
def test_strings_are_what_they_were() -> None:
    """A script that prints them prints the same."""
    script = """
        const list = [ 'a : b', "c = { }", `d ${ [ 1, 2 ].map((x) => ` , ${ x } `).join(" ; ") }` ];
        const quotient = (8) / 2 / 2; // not / a / regular expression
        console.log( JSON.stringify([ ...list, quotient, / : [/,] /.source, 1 + +"2", - -3 ]) );
    """
    printed = [
        subprocess.run([str(NODE), "-e", text], capture_output=True, text=True).stdout
        for text in (script, dense(script))
    ]
    assert printed[0] == printed[1] != ""
