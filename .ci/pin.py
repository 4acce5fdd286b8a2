"""Write requirements/*.txt anew: every package that pyproject.toml leads to, pinned, with hashes, without addresses."""

import os
import re
import subprocess
import sys

from setup import HERE, environment, install_uv

EXPORT = ("--no-emit-project", "--no-header", "--no-annotate", "--format", "requirements-txt", "--quiet")


def main():
    os.chdir(HERE)
    uv = install_uv()
    subprocess.run([*uv, "lock", "--quiet", "--upgrade", *sys.argv[1:]], check=True, env=environment())
    for name, more in (("app", ["--no-dev"]), ("dev", [])):
        answer = subprocess.run(
            [*uv, "export", "--frozen", *EXPORT, *more],
            check=True,
            env=environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        if re.search(r"://|--(index|find-links|extra)", answer.stdout):
            sys.exit(f"requirements/{name}.txt would hold an address; nothing was written.")
        with open(f"requirements/{name}.txt", "w") as file:
            file.write(answer.stdout)


if __name__ == "__main__":
    main()
