//! Which FHIR resources may be asked for, and how are they written?

use crate::raw::{Refusal, Writing, written_as_text};

/// The type of a resource: `Organization`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Type(String);

/// One resource: `Organization/RR8`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) kind: Type,
    pub(super) id: String,
}

/// Types of which no resource is about a patient: who works where, and what words mean.
const HARMLESS: [&str; 34] = [
    "ActivityDefinition",
    "CapabilityStatement",
    "CodeSystem",
    "CompartmentDefinition",
    "ConceptMap",
    "Endpoint",
    "GraphDefinition",
    "HealthcareService",
    "ImplementationGuide",
    "InsurancePlan",
    "Library",
    "Location",
    "Measure",
    "Medication",
    "MedicationKnowledge",
    "MessageDefinition",
    "NamingSystem",
    "ObservationDefinition",
    "OperationDefinition",
    "Organization",
    "OrganizationAffiliation",
    "PlanDefinition",
    "Practitioner",
    "PractitionerRole",
    "Questionnaire",
    "SearchParameter",
    "Slot",
    "SpecimenDefinition",
    "StructureDefinition",
    "StructureMap",
    "Substance",
    "SubstanceDefinition",
    "TerminologyCapabilities",
    "ValueSet",
];

impl Type {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether its resources may be about a patient; so are all that are not known.
    pub(super) fn may_be_about_a_patient(&self) -> bool {
        !HARMLESS.contains(&&*self.0)
    }

    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        let refusal = || Refusal::new(format!("`{text}` is no type of FHIR resources"));
        Self::read(text).ok_or_else(|| refusal().cure("write it like \"Organization\""))
    }

    /// Some that may be asked for.
    pub(super) const EXAMPLES: &str = "Organization, Location, HealthcareService or ValueSet";

    fn read(text: &str) -> Option<Self> {
        let named = text.starts_with(|c: char| c.is_ascii_uppercase())
            && text.len() <= 64
            && text.bytes().all(|byte| byte.is_ascii_alphabetic());
        named.then(|| Self(text.to_owned()))
    }
}

impl Reference {
    fn parse(text: &str) -> Option<Self> {
        let (kind, id) = text.split_once('/')?;
        let written = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
        // A URL takes `.` and `..` for folders.
        let folder = id.bytes().all(|byte| byte == b'.');
        let known = (1..=64).contains(&id.len()) && id.bytes().all(written) && !folder;
        Some(Self { kind: Type::read(kind)?, id: known.then(|| id.to_owned())? })
    }

    /// Where it is, below the base.
    pub(super) fn path(&self) -> String {
        format!("{}/{}", self.kind.0, self.id)
    }
}

written_as_text!(
    Type,
    Writing {
        wanted: "a type of FHIR resources",
        example: "Organization",
        parse: Type::parse,
    },
    { "type": "string", "pattern": "^[A-Z][A-Za-z]{0,63}$" }
);

written_as_text!(
    Reference,
    Writing {
        wanted: "a FHIR resource",
        example: "Organization/RR8",
        parse: |text| {
            let refusal = || Refusal::new(format!("`{text}` is no FHIR resource"));
            Reference::parse(text).ok_or_else(|| {
                refusal().cure("write its type and its id, like \"Organization/RR8\"")
            })
        },
    },
    { "type": "string", "pattern": "^[A-Z][A-Za-z]{0,63}/[A-Za-z0-9.-]{1,64}$" }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_elsewhere_is_no_resource() {
        for good in ["Organization/RR8", "Patient/9990000018", "CodeSystem/a.b-1"] {
            assert_eq!(Reference::parse(good).map(|read| read.path()).as_deref(), Some(good));
        }
        for bad in [
            "Organization",
            "organization/1",
            "Organization/",
            "Organization/a/b",
            "Organization/a?b",
            "Organization/..",
            "/1",
        ] {
            assert_eq!(Reference::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_not_known_may_be_about_a_patient() {
        let about = |text: &str| Type::parse(text).unwrap().may_be_about_a_patient();
        assert!(["Patient", "Observation", "Encounter", "Schedule", "Unheard"].into_iter().all(about));
        assert!(!["Organization", "Location", "ValueSet"].into_iter().any(about));
        assert!(HARMLESS.is_sorted());
    }
}
