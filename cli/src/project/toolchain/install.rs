//! How to install a tool on this system.

use std::collections::HashMap;
use std::path::Path;

/// What to type to install something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Install {
    /// The same everywhere.
    Anywhere(&'static str),
    /// Packages of the system, separated by spaces; an empty text if it has none.
    Packages {
        /// Debian, Ubuntu and those that are made of them.
        debian: &'static str,
        fedora: &'static str,
        arch: &'static str,
        alpine: &'static str,
        /// macOS, with Homebrew.
        brew: &'static str,
        /// For all other systems, what to do: `install clang from https://…`.
        elsewhere: &'static str,
    },
}

/// The systems that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum System {
    Debian,
    Fedora,
    Arch,
    Alpine,
    Mac,
    Other,
}

impl Install {
    /// What to do on this system, as a clause: ``install it with `sudo apt install clang-19` ``.
    pub(crate) fn here(&self) -> String {
        self.on(System::this())
    }

    fn on(&self, system: System) -> String {
        let Self::Packages {
            debian,
            fedora,
            arch,
            alpine,
            brew,
            elsewhere,
        } = *self
        else {
            let Self::Anywhere(command) = *self else {
                return String::new();
            };
            return format!("install it with `{command}`");
        };
        let (command, packages) = match system {
            System::Debian => ("sudo apt install", debian),
            System::Fedora => ("sudo dnf install", fedora),
            System::Arch => ("sudo pacman -S", arch),
            System::Alpine => ("sudo apk add", alpine),
            System::Mac => ("brew install", brew),
            System::Other => ("", ""),
        };
        match packages {
            "" => elsewhere.to_owned(),
            packages => format!("install it with `{command} {packages}`"),
        }
    }
}

impl System {
    fn this() -> Self {
        if cfg!(target_os = "macos") {
            return Self::Mac;
        }
        ["/etc/os-release", "/usr/lib/os-release"]
            .iter()
            .find_map(|file| std::fs::read_to_string(Path::new(file)).ok())
            .map_or(Self::Other, |text| Self::of_release(&text))
    }

    /// From the text of an `os-release` file: <https://www.freedesktop.org/software/systemd/man/os-release.html>.
    fn of_release(text: &str) -> Self {
        let values: HashMap<_, _> = text.lines().filter_map(|line| line.split_once('=')).collect();
        let names = ["ID", "ID_LIKE"].into_iter().filter_map(|key| values.get(key));
        names
            .flat_map(|names| names.trim_matches(['"', '\'']).split_whitespace())
            .find_map(|name| match name {
                "debian" | "ubuntu" => Some(Self::Debian),
                "fedora" | "rhel" | "centos" => Some(Self::Fedora),
                "arch" => Some(Self::Arch),
                "alpine" => Some(Self::Alpine),
                _ => None,
            })
            .unwrap_or(Self::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_known_by_what_it_is_or_what_it_is_like() {
        let cases = [
            ("ID=debian\n", System::Debian),
            (
                "NAME=\"Linux Mint\"\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\n",
                System::Debian,
            ),
            ("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", System::Fedora),
            ("ID=nixos\n", System::Other),
            ("", System::Other),
        ];
        for (release, system) in cases {
            assert_eq!(System::of_release(release), system, "{release}");
        }
    }

    #[test]
    fn each_system_has_its_own_command() {
        let clang = Install::Packages {
            debian: "clang-19 lld-19",
            fedora: "clang lld",
            arch: "clang lld",
            alpine: "",
            brew: "llvm",
            elsewhere: "get it from https://example.org",
        };
        assert_eq!(
            clang.on(System::Debian),
            "install it with `sudo apt install clang-19 lld-19`"
        );
        assert_eq!(clang.on(System::Mac), "install it with `brew install llvm`");
        assert_eq!(clang.on(System::Alpine), "get it from https://example.org");
        assert_eq!(clang.on(System::Other), "get it from https://example.org");
        assert_eq!(
            Install::Anywhere("rustup update").on(System::Arch),
            "install it with `rustup update`"
        );
    }
}
