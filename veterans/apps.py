from django.apps import AppConfig


class VeteransConfig(AppConfig):
    name = "veterans"
    verbose_name = "花名册"
