from django.apps import AppConfig


class AccreditationConfig(AppConfig):
    name = "accreditation"
    verbose_name = "认定"

    def ready(self):
        from accreditation import checks  # noqa: F401  (registers the system check)
        from accreditation.applications.mending import returned
        from accreditation.doubts import panel  # noqa: F401  (registers its box)
        from accreditation.scoring import sql  # noqa: F401  (registers the lookup)
        from stations.mending import register

        register(returned)
