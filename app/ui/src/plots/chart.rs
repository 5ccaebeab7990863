use leptos::prelude::*;

/// One line of a [`Chart`].
#[derive(Clone, PartialEq, Default)]
pub struct Line {
    pub name: String,
    /// (x, y), by rising x.
    pub points: Vec<(f64, f64)>,
    /// Hold each value until the next point, as balances and accuracies do.
    pub steps: bool,
}

/// How a number on an axis is written.
pub type Label = fn(f64) -> String;

/// Steps between ticks that are tried, each longer than the one before.
const MOST_STEPS: usize = 48;
/// Units of the plotted area along each side; it is stretched to the room there is, text is not.
const SIDE: f64 = 1000.0;
/// Lines differ in dash as well as in colour; after these they repeat.
const LOOKS: usize = 6;

/// Lines over a shared axis, with a legend. Said to screen readers by `summary`.
#[component]
pub fn Chart(
    #[prop(into)] lines: Signal<Vec<Line>>,
    #[prop(into)] summary: Signal<String>,
    x_label: Label,
    y_label: Label,
) -> impl IntoView {
    let shown = Memo::new(move |_| lines.get());
    move || {
        let lines = shown.get();
        let Some(frame) = Frame::around(&lines, y_label) else {
            return view! { <p class="soft">"Nothing to plot yet."</p> }.into_any();
        };
        view! {
            <figure class="chart">
                <div class="y" aria-hidden="true">
                    {frame
                        .y_ticks()
                        .into_iter()
                        .map(|value| {
                            view! { <span class="tick" style:top=format!("{:.2}%", frame.y(value) / SIDE * 100.0)>{y_label(value)}</span> }
                        })
                        .collect_view()}
                </div>
                <svg class="plot" viewBox=format!("0 0 {SIDE} {SIDE}") preserveAspectRatio="none" role="img" aria-label=summary.get()>
                    {frame
                        .y_ticks()
                        .into_iter()
                        .map(|value| view! { <line class="grid" x1="0" x2=SIDE y1=frame.y(value) y2=frame.y(value) /> })
                        .collect_view()}
                    {lines
                        .iter()
                        .enumerate()
                        .map(|(i, line)| {
                            view! {
                                <polyline class=format!("line look-{}", i % LOOKS) points=frame.path(line) />
                                {(line.points.len() <= 40)
                                    .then(|| {
                                        line.points
                                            .iter()
                                            .map(|&(x, y)| {
                                                view! {
                                                    <path class=format!("dot look-{}", i % LOOKS) d=format!("M{:.1} {:.1}h0.01", frame.x(x), frame.y(y))>
                                                        <title>{format!("{}: {}", x_label(x), y_label(y))}</title>
                                                    </path>
                                                }
                                            })
                                            .collect_view()
                                    })}
                            }
                        })
                        .collect_view()}
                </svg>
                <div class="x" aria-hidden="true">
                    {frame.x_ticks(x_label).into_iter().map(|text| view! { <span class="tick">{text}</span> }).collect_view()}
                </div>
                <figcaption class="row">
                    {(lines.len() > 1)
                        .then(|| {
                            lines
                                .iter()
                                .enumerate()
                                .map(|(i, line)| {
                                    view! {
                                        <span class="row tight small">
                                            <svg class="key" viewBox="0 0 28 8" aria-hidden="true">
                                                <line class=format!("line look-{}", i % LOOKS) x1="0" x2="28" y1="4" y2="4" />
                                            </svg>
                                            {line.name.clone()}
                                        </span>
                                    }
                                })
                                .collect_view()
                        })}
                </figcaption>
            </figure>
        }
        .into_any()
    }
}

/// The part of the plane that is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Frame {
    x: (f64, f64),
    y: (f64, f64),
    step: f64,
}

impl Frame {
    /// Holds all points, with round numbers at the ends of the y axis, and between them as many as are written differently:
    /// of whole numbers there is none between 0 and 1.
    fn around(lines: &[Line], y_label: Label) -> Option<Self> {
        let points = || lines.iter().flat_map(|l| &l.points).filter(|(x, y)| x.is_finite() && y.is_finite());
        points().next()?;
        let ends = |values: &dyn Fn(&(f64, f64)) -> f64| {
            points().map(values).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
        };
        let x = ends(&|p| p.0);
        let (low, high) = ends(&|p| p.1);
        let step = round_step((high - low).max(high.abs().max(1e-9) * 0.02) / 4.0);
        let steps = std::iter::successors(Some(step), |step| Some(round_step(step * 1.5))).take(MOST_STEPS);
        let frames = steps.map(|step| {
            let bottom = (low / step).floor() * step;
            let top = ((high / step).ceil() * step).max(bottom + step);
            Self { x, y: (bottom, top), step }
        });
        let mut frames = frames.peekable();
        let finest = frames.peek().copied();
        frames.find(|frame| frame.is_legible(y_label)).or(finest)
    }

    /// Whether no two ticks of the y axis beside each other are written the same. The next one above counts too: where 5.5 is
    /// written as 6, 6 is the same.
    fn is_legible(&self, y_label: Label) -> bool {
        let written: Vec<String> = self.y_ticks().into_iter().chain([self.y.1 + self.step]).map(y_label).collect();
        written.iter().zip(written.iter().skip(1)).all(|(tick, next)| tick != next)
    }

    fn x(&self, value: f64) -> f64 {
        let span = self.x.1 - self.x.0;
        if span > 0.0 { (value - self.x.0) / span * SIDE } else { SIDE / 2.0 }
    }

    fn y(&self, value: f64) -> f64 {
        (self.y.1 - value) / (self.y.1 - self.y.0) * SIDE
    }

    fn y_ticks(&self) -> Vec<f64> {
        let count = ((self.y.1 - self.y.0) / self.step).round() as usize;
        (0..=count).map(|i| self.y.0 + i as f64 * self.step).collect()
    }

    /// The ends and the middle, as they are written; none twice.
    fn x_ticks(&self, x_label: Label) -> Vec<String> {
        let mut ticks: Vec<String> =
            [self.x.0, (self.x.0 + self.x.1) / 2.0, self.x.1].into_iter().map(x_label).collect();
        ticks.dedup();
        ticks
    }

    fn path(&self, line: &Line) -> String {
        let mut path = String::new();
        let mut last = None;
        for &(x, y) in &line.points {
            if let (true, Some(held)) = (line.steps, last) {
                path.push_str(&format!("{:.1},{:.1} ", self.x(x), self.y(held)));
            }
            path.push_str(&format!("{:.1},{:.1} ", self.x(x), self.y(y)));
            last = Some(y);
        }
        path
    }
}

/// The next 1, 2 or 5 times a power of ten.
fn round_step(rough: f64) -> f64 {
    let power = 10f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|f| f * power >= rough * 0.999).unwrap_or(10.0);
    factor * power
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn whole(number: f64) -> String {
        format!("{number:.0}")
    }

    fn tenths(number: f64) -> String {
        format!("{number:.1}")
    }

    fn ticks(values: &[f64], label: Label) -> Vec<String> {
        let points = values.iter().enumerate().map(|(at, value)| (at as f64, *value)).collect();
        let line = Line { points, ..Line::default() };
        Frame::around(&[line], label).map(|frame| frame.y_ticks().into_iter().map(label).collect()).unwrap_or_default()
    }

    #[wasm_bindgen_test]
    fn no_two_ticks_of_whole_numbers_read_the_same() {
        assert_eq!(ticks(&[0.0, 1.0], whole), ["0", "1"]);
        assert_eq!(ticks(&[0.0, 2.0], whole), ["0", "1", "2"]);
        assert_eq!(ticks(&[0.0, 3.0], whole), ["0", "1", "2", "3"]);
        assert_eq!(ticks(&[5.0, 5.0], whole), ["5", "6"]);
        assert_eq!(ticks(&[0.0, 0.0], whole), ["0", "1"]);
        assert_eq!(ticks(&[0.0, 1.0], tenths), ["0.0", "0.5", "1.0"]);
        assert_eq!(ticks(&[0.0, 1.0], |_| "all the same".to_owned()).len(), 3);
    }

    #[wasm_bindgen_test]
    fn a_middle_that_reads_as_an_end_is_left_out() {
        let frame = |to| Frame { x: (0.0, to), y: (0.0, 1.0), step: 1.0 };
        assert_eq!(frame(0.0).x_ticks(whole), ["0"]);
        assert_eq!(frame(1.0).x_ticks(whole).len(), 2);
        assert_eq!(frame(8.0).x_ticks(whole), ["0", "4", "8"]);
    }
}
