//! `/simulate`: shared models played by good and bad agents, in a worker, on the code that the contracts are checked
//! against.

mod agents;
mod control;
mod data;
mod form;
mod gallery;
mod presets;
mod results;
mod settings;

use leptos::prelude::*;

use agents::Agents;
use control::{Control, FileMessage, Files};
use data::{Data, DataForm};
use form::Form;
use gallery::Gallery;
use results::Results;
use settings::{IncentiveForm, ModelForm, RunForm};

#[component]
pub fn SimulatePage() -> impl IntoView {
    let (data, form, message) = (Data::new(), Form::new(), FileMessage::nothing());
    view! {
        <div class="page simulate">
            <div class="page-head">
                <div>
                    <h1>"Simulate"</h1>
                    <p class="soft">
                        "Let good and bad contributors teach a shared model and see who gains. It runs in this page, by the rules of the contracts; no wallet, no money."
                    </p>
                </div>
            </div>
            <Gallery data=data form=form />
            <Control data=data form=form message=message />
            <Results />
            <section class="panel" aria-labelledby="next-run">
                <header>
                    <h2 id="next-run">"Settings of the next run"</h2>
                </header>
                <div class="body stack">
                    <Files form=form message=message />
                    <h3>"Agents"</h3>
                    <Agents form=form />
                    <h3>"Data"</h3>
                    <DataForm data=data form=form />
                    <h3>"Model"</h3>
                    <ModelForm form=form />
                    <h3>"Incentive"</h3>
                    <IncentiveForm form=form />
                    <h3>"Run"</h3>
                    <RunForm form=form />
                </div>
            </section>
        </div>
    }
}
