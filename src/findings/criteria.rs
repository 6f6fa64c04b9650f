//! The Trust Services Criteria a rule may name.
//!
//! In: nothing. Out: a table by id. It stands in code so that rules are linted and reports are
//! written without reading any file.

/// One criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Criterion {
    /// `CC6.1`
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// How much of it Terraform can show.
    pub kind: &'static str,
}

const fn c(id: &'static str, title: &'static str, kind: &'static str) -> Criterion {
    Criterion { id, title, kind }
}

/// Every criterion, in the order of the standard.
pub const CRITERIA: &[Criterion] = &[
    c("CC1.1", "Commitment to integrity and ethical values", "procedural"),
    c("CC1.2", "Board independence and oversight", "procedural"),
    c("CC1.3", "Structures, reporting lines and authority", "hybrid"),
    c("CC1.4", "Commitment to competence", "procedural"),
    c("CC1.5", "Individual accountability", "procedural"),
    c("CC2.1", "Relevant, quality information supports control", "hybrid"),
    c("CC2.2", "Internal communication", "hybrid"),
    c("CC2.3", "External communication", "hybrid"),
    c("CC3.1", "Objectives specified clearly enough to assess risk", "hybrid"),
    c("CC3.2", "Risks identified and analysed", "hybrid"),
    c("CC3.3", "Potential for fraud considered", "hybrid"),
    c("CC3.4", "Significant change identified and assessed", "hybrid"),
    c("CC4.1", "Ongoing and separate evaluations of controls", "hybrid"),
    c("CC4.2", "Deficiencies evaluated and communicated", "hybrid"),
    c("CC5.1", "Control activities selected to mitigate risk", "hybrid"),
    c("CC5.2", "General controls over technology", "technical"),
    c("CC5.3", "Controls deployed through policy and procedure", "hybrid"),
    c("CC6.1", "Logical access security over protected assets", "technical"),
    c("CC6.2", "Credentials issued only to registered, authorised users", "hybrid"),
    c("CC6.3", "Access modified and removed; least privilege and separation of duties", "hybrid"),
    c("CC6.4", "Physical access restricted", "procedural"),
    c("CC6.5", "Assets protected until disposal", "hybrid"),
    c("CC6.6", "Boundary protection against outside threats", "technical"),
    c("CC6.7", "Transmission, movement and removal of information restricted", "technical"),
    c("CC6.8", "Unauthorised or malicious software prevented or detected", "technical"),
    c("CC7.1", "New vulnerabilities and configuration changes detected", "technical"),
    c("CC7.2", "Anomalies monitored", "technical"),
    c("CC7.3", "Security events evaluated", "hybrid"),
    c("CC7.4", "Incidents responded to", "hybrid"),
    c("CC7.5", "Recovery from incidents", "hybrid"),
    c("CC8.1", "Changes authorised, tested, approved and recorded", "hybrid"),
    c("CC9.1", "Business disruption risk mitigated", "hybrid"),
    c("CC9.2", "Vendor and partner risk managed", "hybrid"),
    c("A1.1", "Capacity managed", "technical"),
    c("A1.2", "Environmental protection, backup and recovery infrastructure", "technical"),
    c("A1.3", "Recovery procedures tested", "hybrid"),
    c("C1.1", "Confidential information identified and protected", "technical"),
    c("C1.2", "Confidential information disposed of", "hybrid"),
    c("PI1.1", "Processing objectives and specifications defined", "procedural"),
    c("PI1.2", "Inputs complete and accurate", "hybrid"),
    c("PI1.3", "Processing complete, accurate, timely and authorised", "hybrid"),
    c("PI1.4", "Outputs complete, accurate and only to intended recipients", "hybrid"),
    c("PI1.5", "Stored inputs and outputs complete and protected", "technical"),
    c("P1.1", "Privacy notice provided", "procedural"),
    c("P2.1", "Choice offered and consent obtained", "procedural"),
    c("P3.1", "Personal information collected as the objectives say", "hybrid"),
    c("P3.2", "Explicit consent before sensitive collection", "procedural"),
    c("P4.1", "Use limited to the stated purposes", "hybrid"),
    c("P4.2", "Retained as stated", "hybrid"),
    c("P4.3", "Disposed of securely", "hybrid"),
    c("P5.1", "Data subjects can see their information", "procedural"),
    c("P5.2", "Data subjects can correct their information", "procedural"),
    c("P6.1", "Disclosed to third parties with consent", "hybrid"),
    c("P6.2", "Authorised disclosures recorded", "hybrid"),
    c("P6.3", "Unauthorised disclosures recorded", "hybrid"),
    c("P6.4", "Vendors commit to privacy", "procedural"),
    c("P6.5", "Vendors report disclosures", "procedural"),
    c("P6.6", "Breach notification given", "procedural"),
    c("P6.7", "Account of disclosures given to data subjects", "procedural"),
    c("P7.1", "Personal information accurate and complete", "hybrid"),
    c("P8.1", "Complaints handled and compliance monitored", "procedural"),
];

/// A criterion by its id.
pub fn criterion(id: &str) -> Option<&'static Criterion> {
    CRITERIA.iter().find(|criterion| criterion.id == id)
}
