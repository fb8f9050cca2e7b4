//! What if the machine, the disk or somebody at the keyboard spoils it? The real program, on loopback.

mod book;
mod disk;
mod folder;
mod incident;
mod kill;
mod pause;
mod ward;
