//! `onereply-sandbox`: a make-believe Intercom and GPT Trainer on a local port.

use onereply_sandbox::server::{Options, Sandbox};
use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    if std::env::args().any(|flag| flag == "--help") {
        return said(writeln!(io::stdout(), "{}", Options::HELP));
    }
    match Options::parse(std::env::args().skip(1)) {
        Ok(options) => said(serve(options).await),
        Err(wrong) => said(Err(io::Error::other(format!("{wrong}\n\n{}", Options::HELP)))),
    }
}

async fn serve(options: Options) -> io::Result<()> {
    let exit_with_stdin = options.exit_with_stdin;
    let sandbox = Sandbox::start(options).await?;
    writeln!(io::stdout(), "sandbox listening on http://{}", sandbox.address())?;
    io::stdout().flush()?;
    if exit_with_stdin {
        std::thread::spawn(end_with_stdin);
    }
    sandbox.serve().await
}

/// So that a parent that was killed leaves nothing running behind.
fn end_with_stdin() {
    let mut ignored = [0; 256];
    while matches!(io::stdin().read(&mut ignored), Ok(read) if read > 0) {}
    std::process::exit(0);
}

fn said(result: io::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // With no standard error left there is nobody to tell.
            let _ = writeln!(io::stderr(), "onereply-sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}
