"""Child process of `render.render_in_child`: a job on standard input, a PDF on standard output, within limits."""

import resource
import sys

from incubator.documents.render import Job, print_job

MEMORY = 3 * 1024**3
PROCESSOR_SECONDS = 60


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.buffer.write(print_job(Job.load(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
