//! Chromium, driven through chromedriver.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use data_encoding::BASE64;
use tempfile::TempDir;
use thirtyfour::prelude::*;
use tokio::process::{Child, Command};

use crate::{PATIENCE, axe, stack::root, wallet_shim::Shim};

/// A browser profile: what a person's browser remembers.
pub struct Profile(TempDir);

impl Profile {
    /// A profile that has never been used.
    ///
    /// # Errors
    /// When no temporary folder can be made.
    pub fn fresh() -> Result<Self> {
        Ok(Self(TempDir::new()?))
    }
}

/// One window with its own driver. End it with [`Self::quit`].
pub struct Browser {
    pub driver: WebDriver,
    chromedriver: Child,
    port: u16,
    downloads: TempDir,
}

/// Whether pages of a browser find a WebGPU adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebGpu {
    /// Chromium's own, which computes on the CPU.
    Software,
    Off,
}

/// Widths and themes of screenshots.
const SHOTS: [(u32, &str); 4] = [(1440, "light"), (1440, "dark"), (360, "light"), (360, "dark")];
/// At which of them axe looks at the page: both widths and both themes are among them.
const LOOKED_AT: [usize; 2] = [0, 3];

impl Browser {
    /// Opens Chromium on a profile. With shims, wallets are there before the page's own code runs.
    ///
    /// # Errors
    /// When Chromium or its driver do not start.
    pub async fn open(profile: &Profile, shims: &[Shim]) -> Result<Self> {
        Self::open_with(profile, shims, WebGpu::Software).await
    }

    /// As [`Self::open`], with WebGPU or without.
    ///
    /// # Errors
    /// When Chromium or its driver do not start.
    pub async fn open_with(profile: &Profile, shims: &[Shim], webgpu: WebGpu) -> Result<Self> {
        let port = devchain::anvil::free_port()?;
        let chromedriver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("chromedriver is not installed")?;
        let downloads = TempDir::new()?;
        let mut capabilities = DesiredCapabilities::chrome();
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--window-size=1440,900",
            "--lang=en-GB",
            // Without a GPU, pictures made by the CPU's own painter cost half of what a GPU played by the CPU takes.
            "--disable-gpu-compositing",
            "--disable-gpu-rasterization",
        ] {
            capabilities.add_arg(argument)?;
        }
        let webgpu: &[&str] = match webgpu {
            WebGpu::Software => &["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"],
            WebGpu::Off => &["--disable-blink-features=WebGPU", "--disable-gpu"],
        };
        for argument in webgpu {
            capabilities.add_arg(argument)?;
        }
        capabilities.add_arg(&format!("--user-data-dir={}", profile.0.path().display()))?;
        capabilities
            .add_experimental_option("prefs", serde_json::json!({"download.default_directory": downloads.path()}))?;
        let url = format!("http://127.0.0.1:{port}");
        let since = Instant::now();
        let driver = loop {
            match WebDriver::new(&url, capabilities.clone()).await {
                Ok(driver) => break driver,
                Err(_) if since.elapsed() < PATIENCE => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Err(e) => bail!("chromedriver does not start a browser: {e}"),
            }
        };
        for shim in shims {
            driver.cdp().page().add_script_to_evaluate_on_new_document(shim.script()).await?;
        }
        Ok(Self { driver, chromedriver, port, downloads })
    }

    /// Ends browser and driver. The profile stays.
    ///
    /// # Errors
    /// When the browser does not answer any more.
    pub async fn quit(mut self) -> Result<()> {
        self.driver.clone().quit().await?;
        self.chromedriver.kill().await?;
        Ok(())
    }

    /// Waits for a downloaded file.
    ///
    /// # Errors
    /// When it does not appear within [`PATIENCE`].
    pub async fn downloaded(&self, name: &str) -> Result<PathBuf> {
        let path = self.downloads.path().join(name);
        let since = Instant::now();
        // Its name is taken by an empty file before it is there.
        while !std::fs::metadata(&path).is_ok_and(|file| file.len() > 0) {
            if since.elapsed() > PATIENCE {
                bail!("{name} was not downloaded");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(path)
    }

    /// Saves the page at 1440 and 360 px, light and dark. Nothing may be wider than the window, and axe may find nothing that
    /// is worse than minor.
    ///
    /// # Errors
    /// When the page scrolls sideways at any of these, or axe finds something.
    pub async fn shots(&self, name: &str) -> Result<()> {
        let folder = root().join("e2e/screenshots");
        std::fs::create_dir_all(&folder)?;
        for (place, (width, theme)) in SHOTS.into_iter().enumerate() {
            self.shot(&folder.join(format!("{name}-{width}-{theme}.png")), width, theme).await?;
            if LOOKED_AT.contains(&place) {
                let found = axe::findings(&self.driver).await?;
                let counted: Vec<_> = found.iter().filter(|one| one.counts()).map(ToString::to_string).collect();
                if !counted.is_empty() {
                    bail!("axe, of {name} at {width} px, {theme}: {}", counted.join("\n"));
                }
            }
        }
        self.driver.cdp().send_raw("Emulation.clearDeviceMetricsOverride", serde_json::json!({})).await?;
        self.theme("light").await
    }

    /// Saves the page at 1024 px, and at 720 px as a window of 1440 px at 200 %, and checks that nothing is wider.
    ///
    /// # Errors
    /// When the page scrolls sideways at one of these.
    pub async fn shots_between(&self, name: &str) -> Result<()> {
        for width in [1024, 720] {
            self.shot(&root().join(format!("e2e/screenshots/{name}-{width}-light.png")), width, "light").await?;
        }
        self.driver.cdp().send_raw("Emulation.clearDeviceMetricsOverride", serde_json::json!({})).await?;
        Ok(())
    }

    /// Shows the page as in a window of this width, in a theme.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn shows_as(&self, width: u32, theme: &str) -> Result<()> {
        self.sized(width, height_of(width)).await?;
        self.theme(theme).await
    }

    async fn sized(&self, width: u32, height: u32) -> Result<()> {
        let metrics =
            serde_json::json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 720});
        self.driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", metrics).await?;
        Ok(())
    }

    async fn shot(&self, path: &Path, width: u32, theme: &str) -> Result<()> {
        self.shows_as(width, theme).await?;
        let sizes = self
            .driver
            .execute("const d = document.documentElement; return [d.scrollWidth, d.scrollHeight]", vec![])
            .await?;
        let [wide, high]: [u32; 2] = serde_json::from_value(sizes.json().clone())?;
        if wide > width {
            bail!("{} scrolls sideways: {wide} px wide", path.display());
        }
        self.sized(width, high.clamp(height_of(width), 4_000)).await?;
        if !is_kept() {
            return Ok(());
        }
        // Not the driver's own command: that one gives up after ten seconds, which a loaded machine may need.
        let cdp = self.driver.cdp();
        let picture = cdp
            .send_raw("Page.captureScreenshot", serde_json::json!({"format": "png", "optimizeForSpeed": true}))
            .await?;
        let picture = picture["data"].as_str().context("Chromium answers with a picture")?;
        std::fs::write(path, BASE64.decode(picture.as_bytes())?)?;
        Ok(())
    }

    async fn theme(&self, theme: &str) -> Result<()> {
        let script = "document.documentElement.dataset.theme = arguments[0]";
        self.driver.execute(script, vec![serde_json::json!(theme)]).await?;
        Ok(())
    }
}

/// Whether pictures are saved. Where nobody looks at them, only what is checked of a page is asked for.
fn is_kept() -> bool {
    std::env::var_os("MODELMARKET_PICTURES").is_none_or(|said| said != "none")
}

/// Of a window of this width: a phone's, or a computer's.
fn height_of(width: u32) -> u32 {
    if width < 720 { 740 } else { 900 }
}

/// A journey that failed ends its browser too: a driver that is killed leaves it running.
impl Drop for Browser {
    fn drop(&mut self) {
        if matches!(self.chromedriver.try_wait(), Ok(None)) {
            // Where it does not answer, killing the driver is all that is left.
            let _ = shut_down(self.port);
        }
        // Otherwise it asks the driver that is gone to end the session, and waits for two minutes.
        let _ = self.driver.clone().leak();
    }
}

/// Asks a driver to end its browsers, and waits until it has.
fn shut_down(port: u16) -> std::io::Result<()> {
    let mut driver = TcpStream::connect(("127.0.0.1", port))?;
    driver.set_read_timeout(Some(PATIENCE))?;
    write!(driver, "GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
    driver.read_to_end(&mut Vec::new()).map(drop)
}
