//! Which files do the pages need? One style sheet, one script; they never change under a name.

use std::sync::LazyLock;

use axum::{
    body::Bytes,
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::answer;

/// A file under `/assets/`.
struct Asset {
    path: String,
    form: &'static str,
    plain: &'static str,
    pressed: Bytes,
}

impl Asset {
    fn of(name: &str, ending: &str, form: &'static str, plain: &'static str) -> Self {
        let path = format!("/assets/{name}-{:016x}.{ending}", digest(plain.as_bytes()));
        Self { path, form, plain, pressed: answer::pressed(plain.as_bytes(), 9) }
    }
}

static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::of("status", "css", "text/css; charset=utf-8", include_str!("assets/status.css"))
});

static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::of("status", "js", "text/javascript; charset=utf-8", include_str!("assets/status.js"))
});

/// Where the style sheet is.
pub(in crate::serve) fn style() -> &'static str {
    &STYLE.path
}

/// Where the script is.
pub(super) fn script() -> &'static str {
    &SCRIPT.path
}

pub(super) async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let found = [&STYLE, &SCRIPT].into_iter().find(|one| one.path.strip_prefix("/assets/") == Some(&file));
    let Some(asset) = found else {
        return (StatusCode::NOT_FOUND, "there is no such file\n").into_response();
    };
    let named = [
        (header::CONTENT_TYPE, asset.form),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::VARY, "Accept-Encoding"),
    ];
    if answer::takes_gzip(&headers) {
        return (named, [(header::CONTENT_ENCODING, "gzip")], asset.pressed.clone()).into_response();
    }
    (named, asset.plain).into_response()
}

/// FNV-1a: tells one version from another.
fn digest(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_holds_for_one_content() {
        assert_ne!(digest(b"one"), digest(b"two"));
        let rest = style().strip_prefix("/assets/status-");
        assert!(rest.is_some_and(|rest| rest.strip_suffix(".css").is_some()), "{}", style());
    }

    #[test]
    fn an_old_phone_gets_them_soon() {
        assert!(SCRIPT.plain.len() < 6 * 1024, "{}", SCRIPT.plain.len());
        let all = SCRIPT.pressed.len() + STYLE.pressed.len();
        assert!(all < 14 * 1024, "{all}");
    }
}
