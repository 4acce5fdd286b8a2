"""Texts of Django and allauth that have no Chinese of their own, or none that an office would write.

Our `locale/` is read before theirs, so a text that is listed here is said in our words. Nothing imports this module:
`manage.py messages` reads it.
"""

from django.utils.translation import gettext_noop as said

DJANGO = (
    said("- Select an option -"),
    said("This field is required."),
    said("Select a valid choice. That choice is not one of the available choices."),
)
ALLAUTH = (
    said("Add Email"),
    said("Add Email Address"),
    said("Confirm Email Address"),
    said("Current email"),
    said("Do you really want to remove the selected email address?"),
    said("Email Address"),
    said("Email Addresses"),
    said("Please Confirm Your Email Address"),
    said("Primary"),
    said("Primary email address set."),
    said("Re-send Verification"),
    said("Removed email address %(email)s."),
    said("The following email addresses are associated with your account:"),
    said("Verify Your Email Address"),
    said("You cannot activate two-factor authentication until you have verified your email address."),
    said("You cannot remove your primary email address (%(email)s)."),
    said("You have confirmed %(email)s."),
    said("Your account has no verified email address."),
)
