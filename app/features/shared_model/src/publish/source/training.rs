use leptos::{prelude::*, task::spawn_local};
use shared_model::{
    learn::{from_table::Words, task::Fit},
    shape::CAPACITY,
};

use super::form::CsvForm;
use app_ui::{controls::busy_button::BusyButton, format, messages::notice::Notice};

/// How training went.
#[component]
pub(super) fn Trained(fit: Fit) -> impl IntoView {
    let Fit { correct, rows, skipped, why } = fit;
    let skipped = (skipped > 0)
        .then(|| format!("{} could not be used. {}", format::plural(skipped, "row"), why.unwrap_or_default()));
    view! {
        <Notice tone="good">
            <p>{format!("Trained. Right on {} rows that it had not seen.", format::score(correct, rows))}</p>
            {skipped.map(|text| view! { <p class="small">{text}</p> })}
        </Notice>
    }
}

#[component]
pub(super) fn TrainButton(form: CsvForm) -> impl IntoView {
    let busy = RwSignal::new(false);
    let train = Callback::new(move |()| match Order::read(form) {
        Ok(Some(order)) => {
            busy.set(true);
            form.problem.set(None);
            form.forget();
            spawn_local(async move {
                order.train(form).await;
                busy.try_set(false);
            });
        }
        Ok(None) => {}
        Err(why) => form.problem.set(Some(why)),
    });
    view! {
        <div class="row">
            <BusyButton label="Train here" id="train-start" class="primary" busy=busy disabled=form.reading on_press=train />
            <span class="small soft">"Every fifth row is kept out, as the test set on which the model’s accuracy is followed."</span>
        </div>
    }
}

/// What is to be trained, checked.
struct Order {
    words: Words,
    /// Classes that the model has room for.
    room: u16,
}

impl Order {
    /// `None` while no table is chosen; an error is a sentence.
    fn read(form: CsvForm) -> Result<Option<Self>, String> {
        let Some(classes) = form.table.with_untracked(|t| t.as_ref().map(|t| t.classes.len() as u16)) else {
            return Ok(None);
        };
        if form.kind.get_untracked().is_none() {
            return Ok(None);
        }
        let number = form.words_count.get_untracked().trim().parse::<u32>().unwrap_or_default();
        let words = match (form.words_from.get_untracked().as_str(), form.words_listed.get_untracked()) {
            ("listed", Some(words)) => Words::Listed(words),
            ("listed", None) => return Err("Choose the file with your words first, one a line.".into()),
            ("hashed", _) => Words::Hashed(number),
            _ => Words::Frequent(number as usize),
        };
        let room = form.capacity.get_untracked().trim().parse().ok();
        let room = room
            .filter(|room| (classes..=*CAPACITY.end()).contains(room))
            .ok_or_else(|| format!("Room for classes is a number from {classes} to {}.", CAPACITY.end()))?;
        Ok(Some(Self { words, room }))
    }

    async fn train(self, form: CsvForm) {
        let (Some(worker), Some(kind)) = (form.worker.try_get_value(), form.kind.get_untracked()) else { return };
        match worker.train(kind, self.words, self.room).await {
            Ok(trained) => {
                form.draft.test.try_set(Some((trained.test, trained.fit.rows)));
                form.fit.try_set(Some(trained.fit));
                form.draft.file.try_set(Some(trained.file));
            }
            Err(e) => {
                form.problem.try_set(Some(e.to_string()));
            }
        }
    }
}
