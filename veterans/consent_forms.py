from records.forms import RecordForm
from stations.forms import not_in_future
from veterans.models import Consent


class ConsentForm(RecordForm):
    """Of a person of the station's roster; a consent is taken back by a date, not deleted."""

    class Meta:
        model = Consent
        fields = ["veteran", "kind", "given_on", "given_by", "withdrawn_on", "note"]
        help_texts = {
            "given_on": "同意书上的签字日期；签好的同意书保存后上传扫描件。",
            "withdrawn_on": "本人（亲属）撤回同意的日期；撤回后，相关故事、展示应及时撤下。",
        }

    def attach_owner(self):
        """Belongs to a person, chosen in the form out of the station's roster."""

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() | {"station"}

    def clean_given_on(self):
        return not_in_future(self.cleaned_data["given_on"], "同意日期")

    def clean_withdrawn_on(self):
        return not_in_future(self.cleaned_data["withdrawn_on"], "撤回日期")

    def clean(self):
        data = super().clean()
        given, withdrawn = data.get("given_on"), data.get("withdrawn_on")
        if given and withdrawn and withdrawn < given:
            self.add_error("withdrawn_on", "撤回日期不能早于同意日期。")
        return data
