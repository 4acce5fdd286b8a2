"""Bring a fresh machine to where `make demo` and `make test` can run: `python3 .ci/setup.py app|test`.

Needs only the standard library of Python 3.8. Finds or installs what is missing, changes nothing the second time, and
ends with one line that says what to do when something is missing that it may not install.
"""

import contextlib
import ctypes
import fcntl
import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
UV_HOME = os.path.join(HERE, ".uv")
VENV = os.path.join(HERE, ".venv")
VENV_PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "fuhua-ready")
OLDEST = (3, 12)

# What must be there, how to see it, and Debian's name for it. WeasyPrint loads the libraries by these names.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libfontconfig.so.1": "fontconfig",
}
PROGRAMS = {
    "app": {"fc-list": "fontconfig", "msgfmt": "gettext"},
    "test": {"pdftotext": "poppler-utils", "chromium": "chromium"},
}
CHINESE_FONT = "fonts-noto-cjk"


def main(purpose):
    os.chdir(HERE)
    with one_at_a_time():
        install_system_packages(purpose)
        wanted = stamp(purpose)
        if read(STAMP) in wanted and works(VENV_PYTHON):
            return
        uv = install_uv()
        make_venv(uv)
        kind = "dev" if purpose == "test" or read(STAMP).startswith("dev") else "app"
        say(f"Installing Python packages (requirements/{kind}.txt)")
        run([*uv, "pip", "sync", "--quiet", "--require-hashes", "--python", VENV_PYTHON, f"requirements/{kind}.txt"])
        with open(STAMP, "w") as file:
            file.write(f"{kind} {fingerprint()}")


@contextlib.contextmanager
def one_at_a_time():
    """Two makes at once: the second waits for the first."""
    os.makedirs(UV_HOME, exist_ok=True)
    lock = os.open(os.path.join(UV_HOME, ".lock"), os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def stamp(purpose):
    """The notes that mean "nothing to do": tests need the developers' packages, the site takes either."""
    kinds = ["dev"] if purpose == "test" else ["dev", "app"]
    return [f"{kind} {fingerprint()}" for kind in kinds]


def fingerprint():
    """Changes with the pinned packages, this script, the wished Python and the place of the checkout."""
    digest = hashlib.sha256(HERE.encode())
    for name in (*sorted(glob.glob("requirements/*.txt")), ".python-version", ".ci/setup.py"):
        digest.update(read(name).encode())
    return digest.hexdigest()


# System packages


def install_system_packages(purpose):
    missing = [package for library, package in LIBRARIES.items() if not loads(library)]
    kinds = ["app", "test"] if purpose == "test" else ["app"]
    for kind in kinds:
        missing += [package for program, package in PROGRAMS[kind].items() if not shutil.which(program)]
    if purpose == "test" and not has_chinese_font():
        missing.append(CHINESE_FONT)
    if missing:
        apt_install(sorted(set(missing)))


def loads(library):
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_chinese_font():
    if not shutil.which("fc-list"):
        return False
    return bool(
        subprocess.run(["fc-list", ":lang=zh-cn", "family"], stdout=subprocess.PIPE, check=False).stdout.strip()
    )


def apt_install(packages):
    """Install Debian packages as root or through sudo; otherwise stop with the command to type."""
    advice = f"Install what is missing, then run make again: sudo apt-get install {' '.join(packages)}"
    if not shutil.which("apt-get"):
        stop(f"Missing on this machine (named as Debian does): {' '.join(packages)}. Install them and run make again.")
    front = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if front and not succeeds([*front, "true"]):
        stop(advice)
    say(f"Installing system packages: {' '.join(packages)}")
    environment = [*front, "env", "DEBIAN_FRONTEND=noninteractive"]
    apt = [*environment, "apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300"]
    install = [*apt, "install", "--no-install-recommends", *packages]
    if succeeds(install):
        return
    succeeds([*apt, "update"])  # a new machine has no list of packages yet
    if not succeeds(install, loud=True):
        stop(advice)


# uv and Python


def install_uv():
    """Put uv into a private folder: by venv, or by a pip that is there, or with Debian's python3-venv."""
    digest = hashlib.sha256(read("requirements/uv.txt").encode()).hexdigest()
    home = os.path.join(UV_HOME, digest[:12])
    for way in ([os.path.join(home, "bin", "uv")], [os.path.join(home, "lib", "bin", "uv")]):
        if os.path.exists(way[0]) and succeeds([*way, "--version"]):
            return way
    say("Installing uv")
    shutil.rmtree(home, ignore_errors=True)
    pip = ["-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    if not has_module("ensurepip"):
        if has_module("pip"):
            run([sys.executable, *pip, "--target", os.path.join(home, "lib"), "-r", "requirements/uv.txt"])
            return [os.path.join(home, "lib", "bin", "uv")]
        apt_install(["python3-venv"])
    run([sys.executable, "-m", "venv", home])
    run([os.path.join(home, "bin", "python"), *pip, "-r", "requirements/uv.txt"])
    return [os.path.join(home, "bin", "uv")]


def has_module(name):
    return succeeds([sys.executable, "-c", f"import {name}"])


def make_venv(uv):
    python = find_python(uv)
    if works(VENV_PYTHON) and os.path.realpath(VENV_PYTHON) == os.path.realpath(python):
        return
    if os.path.isdir(VENV) and not os.path.exists(os.path.join(VENV, "pyvenv.cfg")):
        stop(f"{VENV} is not a Python environment. Move it away and run make again.")
    run([*uv, "venv", "--quiet", "--clear", "--python", python, VENV])


def find_python(uv):
    """The Python of .python-version: found, else fetched by uv, else any that is new enough."""
    wished = read(".python-version").strip()
    exact = tuple(int(part) for part in wished.split(".")[:2])
    found = candidates()
    for path, version in found:
        if version == exact:
            return path
    if os.environ.get("UV_PYTHON_DOWNLOADS", "") != "never":
        if not managed_python(uv, wished):
            say(f"Fetching Python {wished}")
            succeeds([*uv, "python", "install", "--quiet", "--no-bin", wished])
        path = managed_python(uv, wished)
        if path:
            return path
    newer = sorted((version, path) for path, version in found if version >= OLDEST)
    if newer:
        return newer[0][1]
    return stop(
        f"Install Python {wished} (at least {OLDEST[0]}.{OLDEST[1]}), or set FUHUA_PYTHON to one, and run make again."
    )


def managed_python(uv, wished):
    answer = subprocess.run(
        [*uv, "python", "find", "--managed-python", "--no-python-downloads", wished],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
        env=environment(),
    )
    return answer.stdout.strip() if answer.returncode == 0 else ""


def candidates():
    """Pythons on this machine that work, with their versions; pyenv's shims are passed by, its versions looked into."""
    roots = {os.environ.get("PYENV_ROOT", ""), os.path.expanduser("~/.pyenv")} - {""}
    paths = [os.environ.get("FUHUA_PYTHON", "")]
    for root in sorted(roots):
        paths += sorted(glob.glob(os.path.join(root, "versions", "3.*", "bin", "python3")), reverse=True)
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if "shims" not in folder:
            paths += [os.path.join(folder, name) for name in ("python3.13", "python3.14", "python3.12", "python3")]
    versions = [(path, version_of(path)) for path in dict.fromkeys(paths) if path and os.access(path, os.X_OK)]
    return [(path, version) for path, version in versions if version]


def version_of(path):
    """(3, 13) for a final release that has what we use, else None."""
    test = "import sys, ssl, ctypes, zlib, lzma; v = sys.version_info; print(v[0], v[1], v[3])"
    answer = subprocess.run(
        [path, "-c", test], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False
    )
    words = answer.stdout.split()
    return (int(words[0]), int(words[1])) if len(words) == 3 and words[2] == "final" else None


# Small tools


def environment():
    """Let uv ask the same mirror as pip does on this machine, and trust the same certificates."""
    values = dict(os.environ)
    values.pop("VIRTUAL_ENV", None)
    answer = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    pip = dict(re.findall(r"^(?:global|install|:env:)\.([\w-]+)='(.*)'$", answer.stdout, re.MULTILINE))
    if "index-url" in pip and not ({"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & set(values)):
        values["UV_DEFAULT_INDEX"] = pip["index-url"]
    if "cert" in pip:
        values.setdefault("SSL_CERT_FILE", pip["cert"])
    return values


def run(command):
    if subprocess.run(command, check=False, env=environment()).returncode:
        stop(f"This failed, its message stands above: {' '.join(command)}")


def succeeds(command, loud=False):
    """Whether a command ends well; its last lines are shown when it does not and is asked to."""
    try:
        answer = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
    except OSError:
        return False
    if answer.returncode and loud:
        sys.stderr.write("\n".join(answer.stdout.decode(errors="replace").splitlines()[-5:]) + "\n")
    return answer.returncode == 0


def works(python):
    return succeeds([python, "-c", ""])


def read(name):
    try:
        with open(name, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def say(line):
    sys.stdout.write(f"==> {line}\n")
    sys.stdout.flush()


def stop(line):
    raise SystemExit(f"==> {line}")


if __name__ == "__main__":
    main(sys.argv[1] if sys.argv[1:] else "app")
