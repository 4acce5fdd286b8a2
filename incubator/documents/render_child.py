"""Child process of `render.render_in_child`: a job on standard input, a PDF on standard output, within limits."""

import sys

from incubator.documents.child import limit_myself
from incubator.documents.render import Job, print_job

PROCESSOR_SECONDS = 60


def main() -> None:
    limit_myself(PROCESSOR_SECONDS)
    sys.stdout.buffer.write(print_job(Job.load(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
