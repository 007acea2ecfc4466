# -*- coding: utf-8 -*-  # noqa: UP009
"""python3 verify.py [выгрузка.zip | папка] [--key ID] [--json]: проверка выгрузки журнала кассы.

It travels at the root of an export; what it runs lies beside it in kkm/. The file must
parse on Python 2 and 3.x, so that it can say which version is needed.
"""

import os
import sys

if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036
        found = tuple(sys.version_info[:2])
        sentence = "Нужен Python 3.11 или новее, а это Python %d.%d.\n"
        sys.stderr.write(sentence % found)  # this line must run on an old Python
        sys.exit(2)
    here = os.path.dirname(os.path.abspath(__file__))
    # Otherwise the next check would find files that are not in the manifest.
    sys.dont_write_bytecode = True
    sys.path.insert(0, here)
    from pathlib import Path

    from kkm.export.portable.command_line import main

    sys.exit(main(sys.argv[1:], Path(here)))
