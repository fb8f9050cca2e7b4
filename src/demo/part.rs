//! Of what does the simulated hospital consist?

use std::fmt;

/// A part of the hospital that can fall ill by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The patient record's web pages, with a sign-in: HTTPS, HTTP/2 and HTTP/1.1.
    Record,
    /// The patient record's interface for other programs: HTTPS, JSON, one path for bearers of the token.
    RecordApi,
    /// The same for partners, who show a client certificate.
    Partners,
    /// The image archive's viewer: HTTP.
    Images,
    /// Pathology results: HTTPS.
    Pathology,
    /// E-prescribing: HTTPS, JSON.
    Prescribing,
    /// The interface engine: TCP, lines and framed HL7 messages.
    Interfaces,
    /// The mail gateway: SMTP with STARTTLS.
    Mail,
    /// The name server for all of them: DNS over UDP and TCP.
    Names,
    /// The image archive as modalities see it: DICOM.
    Archive,
    /// The record for programs that speak FHIR: HTTPS, JSON, with a token server.
    Fhir,
    /// The directory of staff: LDAP within TLS.
    Directory,
    /// Where people sign in for other systems: HTTPS, JSON.
    SignIn,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 13] = [
        Self::Record,
        Self::RecordApi,
        Self::Partners,
        Self::Images,
        Self::Pathology,
        Self::Prescribing,
        Self::Interfaces,
        Self::Mail,
        Self::Names,
        Self::Archive,
        Self::Fhir,
        Self::Directory,
        Self::SignIn,
    ];

    /// Its port on 127.0.0.1 in the shipped `probes.yaml`.
    pub fn port(self) -> u16 {
        9720 + self as u16
    }

    /// Its name below [`super::DOMAIN`].
    pub fn label(self) -> &'static str {
        match self {
            Self::Record => "epr",
            Self::RecordApi => "api",
            Self::Partners => "partners",
            Self::Images => "pacs",
            Self::Pathology => "pathology",
            Self::Prescribing => "prescribing",
            Self::Interfaces => "interfaces",
            Self::Mail => "mail",
            Self::Names => "ns",
            Self::Archive => "archive",
            Self::Fhir => "fhir",
            Self::Directory => "directory",
            Self::SignIn => "id",
        }
    }

    /// Its whole name, without the final dot.
    pub fn host(self) -> String {
        format!("{}.{}", self.label(), super::DOMAIN)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Record => "patient record",
            Self::RecordApi => "patient record API",
            Self::Partners => "partners' API",
            Self::Images => "image archive",
            Self::Pathology => "pathology",
            Self::Prescribing => "e-prescribing",
            Self::Interfaces => "interface engine",
            Self::Mail => "mail gateway",
            Self::Names => "name server",
            Self::Archive => "DICOM archive",
            Self::Fhir => "FHIR server",
            Self::Directory => "directory",
            Self::SignIn => "single sign-on",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_its_own_port_and_name() {
        let ports: std::collections::HashSet<u16> = Part::ALL.into_iter().map(Part::port).collect();
        let names: std::collections::HashSet<String> = Part::ALL.into_iter().map(Part::host).collect();
        assert_eq!((ports.len(), names.len()), (Part::ALL.len(), Part::ALL.len()));
        assert_eq!(Part::Names.host(), "ns.hospital.test");
    }
}
