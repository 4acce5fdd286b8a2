"""The door for files: one that is too large is counted but not written to disk (walls.md 9). A request over
`REQUEST_MAX_BYTES` does not come this far: `core.failures.Refusals`."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from incubator.documents.uploads import MAX_BYTES


class StopAtLimit(TemporaryFileUploadHandler):
    """Spools to disk, and stops writing at the limit; the size is counted on, so that a form can name it."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) <= MAX_BYTES:
            self.file.write(raw_data)

    def file_complete(self, file_size: int) -> Any:
        if file_size <= MAX_BYTES:
            return super().file_complete(file_size)
        self.file.close()
        return CutOff(io.BytesIO(), self.file_name, self.content_type, file_size, self.charset)


class CutOff(UploadedFile):
    """A file of which only the size was kept: whoever tries to read it is refused."""

    def read(self, *args: Any) -> bytes:
        raise RequestDataTooBig(f"{self.size} bytes were sent; only the size was kept")

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        raise RequestDataTooBig(f"{self.size} bytes were sent; only the size was kept")
