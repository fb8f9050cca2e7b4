//! Which recorded series are read? Those of `alerts/wardround-records.yaml`.

macro_rules! records {
    ($($(#[$about:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$about])* pub(super) const $name: &str = $text;)*
        /// Every recorded series that a dashboard may read.
        pub const RECORDS: &[&str] = &[$($name),*];
    };
}

records! {
    SERVICE_INFO = "site_service:wardround_service_info:any";
    SERVICE_STATE = "site_service:wardround_service_state:any";
    /// The state as a number, every quarter of a minute; the worst of each minute; the worst of every four.
    CODE_NOW = "site_service:wardround_service_state:code_now";
    STATE_CODE = "site_service:wardround_service_state:code";
    CODE_4M = "site_service:wardround_service_state:code4m";
    INCIDENT = "site_service_kind:wardround_incident_open:any1m";
    PLANNED_WORK = "site_service:wardround_maintenance_active:any1m";
    AVAILABLE = "site_service:wardround_available:seconds4m";
    KNOWN = "site_service:wardround_known:seconds4m";
    ELAPSED = "site_service:wardround_elapsed:seconds4m";
    DOWN = "site_service:wardround_down:seconds4m";
    UNKNOWN = "site_service:wardround_unknown:seconds4m";
    PLANNED = "site_service:wardround_planned:seconds4m";
    DEPENDENCY_STATE = "site_service_dependency:wardround_service_state:any";
    AGENTS = "site:wardround_agents:count";
    COUNTED = "site_service_objective:wardround_counted:sum4m";
    BAD = "site_service_objective:wardround_bad:sum4m";
    OBJECTIVE = "slo:objective:ratio";
    BURN_NOW = "slo:current_burn_rate:ratio";
    ERROR_BUDGET = "slo:error_budget:ratio";
    ERRORS_1H = "slo:sli_error:ratio_rate1h";
    ERRORS_6H = "slo:sli_error:ratio_rate6h";
    ERRORS_1D = "slo:sli_error:ratio_rate1d";
    ERRORS_3D = "slo:sli_error:ratio_rate3d";
    ERRORS_30D = "slo:sli_error:ratio_rate30d";
    BURN_1D = "slo:burn_rate:ratio1d";
    BUDGET_LEFT = "slo:period_error_budget_remaining:ratio";
    SLOWNESS = "site_service_probe:wardround_probe_duration_seconds:p95_30m";
    SLOWEST = "site_service:wardround_probe_duration_seconds:p95_30m_slowest";
    MEDIAN = "site_service:wardround_probe_duration_seconds:p50_30m";
    P95 = "site_service:wardround_probe_duration_seconds:p95_30m";
    PHASE_SUM = "site_service_phase:wardround_probe_phase_seconds_sum:increase30m";
    PHASE_COUNT = "site_service_phase:wardround_probe_phase_seconds_count:increase30m";
    BUCKETS = "site_service_le:wardround_probe_duration_seconds_bucket:increase30m";
    BUCKETS_OF_PROBE = "site_service_probe_le:wardround_probe_duration_seconds_bucket:increase4m";
    PHASES_OF_PROBE = "site_service_probe_phase:wardround_probe_phase_seconds_sum:increase4m";
    LOOKS_OF_PROBE = "site_service_probe:wardround_probe_looks:increase4m";
    FAULTS_OF_PROBE = "site_service_probe_fault:wardround_probe_failures:increase4m";
    DNS_STATE = "site_service_probe:wardround_dns_state:worst4m";
    NOT_TRUSTED = "site_service_probe:wardround_tls_chain_trusted:not4m";
    CERTIFICATE_END = "site_service_probe:wardround_tls_not_after_timestamp_seconds:last";
}
