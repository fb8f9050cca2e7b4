//! Who does it? The one loop that turns events into steps and effects into deeds; tokio lives here.
