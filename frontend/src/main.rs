//! The browser's entry: everything is in the library, so that it can be tested on the host.

fn main() {
    frontend::start();
}
