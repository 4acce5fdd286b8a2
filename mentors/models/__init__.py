"""Tables of mentors and training, by noun."""

from mentors.models.courses import Attendance, Certificate, Course, CourseRun, Enrolment, Lesson
from mentors.models.honoraria import Honorarium, HonorariumLine, HonorariumRate
from mentors.models.matching import MatchMark, MatchRun
from mentors.models.pairings import Goal, Pairing
from mentors.models.people import Expertise, Interest, Mentor, Need, OfficeHour
from mentors.models.sessions import Session, SessionNote

__all__ = [
    "Attendance", "Certificate", "Course", "CourseRun", "Enrolment", "Expertise", "Goal", "Honorarium", "HonorariumLine", "HonorariumRate",
    "Interest", "Lesson", "MatchMark", "MatchRun", "Mentor", "Need", "OfficeHour", "Pairing", "Session", "SessionNote",
]  # fmt: skip
