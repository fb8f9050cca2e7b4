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
    STATE_CODE = "site_service:wardround_service_state:code";
    AVAILABLE = "site_service:wardround_available:seconds4m";
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
    BUDGET_LEFT = "slo:period_error_budget_remaining:ratio";
    SLOWNESS = "site_service_probe:wardround_probe_duration_seconds:p95_30m";
    PHASE_MEAN = "site_service_probe_phase:wardround_probe_phase_seconds:mean30m";
    BUCKETS = "site_service_le:wardround_probe_duration_seconds_bucket:increase30m";
    CERTIFICATE_END = "site_service_probe:wardround_tls_not_after_timestamp_seconds:last";
}
