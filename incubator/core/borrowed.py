"""Texts of Django and allauth that have no Chinese of their own, or none that an office would write.

Our `locale/` is read before theirs, so a text that is listed here is said in our words. Nothing imports this module:
`manage.py messages` reads it.
"""

from django.utils.translation import gettext_noop as _

DJANGO = (
    _("- Select an option -"),
    _("This field is required."),
    _("Select a valid choice. That choice is not one of the available choices."),
)
ALLAUTH = (
    _("Add Email"),
    _("Add Email Address"),
    _("Confirm Email Address"),
    _("Current email"),
    _("Do you really want to remove the selected email address?"),
    _("Email Address"),
    _("Email Addresses"),
    _("Please Confirm Your Email Address"),
    _("Primary"),
    _("Primary email address set."),
    _("Re-send Verification"),
    _("Removed email address %(email)s."),
    _("The following email addresses are associated with your account:"),
    _("Verify Your Email Address"),
    _("You cannot activate two-factor authentication until you have verified your email address."),
    _("You cannot remove your primary email address (%(email)s)."),
    _("You have confirmed %(email)s."),
    _("Your account has no verified email address."),
)
