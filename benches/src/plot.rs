//! The report as a picture: bars on a logarithmic scale, a panel for each group and unit.

use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::model::{Report, Row, Unit};

/// Pixels.
const WIDTH: u32 = 1_200;
const BAR: u32 = 18;
const HEADING: u32 = 54;
/// Of the names beside the bars.
const NAMES: i32 = 470;
const FONT: &str = "sans-serif";

/// Draws it, as SVG.
pub fn draw(report: &Report) -> Result<String> {
    let panels = panels(report);
    let height: u32 = panels.iter().map(Panel::height).sum();
    let mut svg = String::new();
    {
        let mut area = SVGBackend::with_string(&mut svg, (WIDTH, height.max(1))).into_drawing_area();
        area.fill(&WHITE).map_err(failed)?;
        for panel in &panels {
            let (upper, rest) = area.split_vertically(panel.height());
            panel.draw(&upper)?;
            area = rest;
        }
    }
    Ok(svg)
}

fn failed(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("failed to draw: {error}")
}

struct Panel<'a> {
    title: String,
    rows: Vec<&'a Row>,
}

fn panels(report: &Report) -> Vec<Panel<'_>> {
    let mut panels = Vec::new();
    for section in &report.sections {
        for unit in [Unit::Microseconds, Unit::Seconds, Unit::PerSecond, Unit::Bytes] {
            // A logarithm knows nothing below zero, where a difference within the spread may be.
            let rows = section.rows.iter().filter(|row| row.unit == unit && row.value > 0.0);
            let rows: Vec<_> = rows.collect();
            if !rows.is_empty() {
                panels.push(Panel {
                    title: format!("{}: {} [{}]", section.group, section.question, unit.name()),
                    rows,
                });
            }
        }
    }
    panels
}

impl Panel<'_> {
    fn height(&self) -> u32 {
        HEADING + 30 + BAR * u32::try_from(self.rows.len()).unwrap_or_default()
    }

    fn draw(&self, area: &DrawingArea<SVGBackend<'_>, Shift>) -> Result<()> {
        let values = || self.rows.iter().map(|row| row.value);
        let decade = |value: f64| 10_f64.powf(value.log10());
        let lowest = 10_f64.powf(values().fold(f64::MAX, f64::min).log10().floor() - 0.3);
        let highest = decade(values().fold(f64::MIN, f64::max) * 3.0);
        let count = i32::try_from(self.rows.len())?;
        let mut chart = ChartBuilder::on(area)
            .caption(&self.title, (FONT, 16))
            .margin(8)
            .margin_left(NAMES)
            .x_label_area_size(24)
            .build_cartesian_2d((lowest..highest).log_scale(), 0..count)
            .map_err(failed)?;
        chart
            .configure_mesh()
            .disable_y_mesh()
            .disable_y_axis()
            .light_line_style(TRANSPARENT)
            .bold_line_style(BLACK.mix(0.12))
            .x_labels(4)
            .x_label_formatter(&|value| label(*value))
            .label_style((FONT, 12))
            .draw()
            .map_err(failed)?;
        for (place, row) in (0..count).rev().zip(&self.rows) {
            let colour = colour(&row.way);
            let bar = Rectangle::new([(lowest, place), (row.value, place + 1)], colour.mix(0.85).filled());
            chart.draw_series([bar]).map_err(failed)?;
            let (x, y) = chart.backend_coord(&(row.value, place));
            let (base, _) = area.get_base_pixel();
            let top = area.get_base_pixel().1;
            let beside = |anchor| TextStyle::from((FONT, 12).into_font()).pos(Pos::new(anchor, VPos::Bottom));
            let name = format!("{}: {}", row.subject, row.way);
            area.draw_text(&name, &beside(HPos::Right), (NAMES, y - top - 2))
                .map_err(failed)?;
            area.draw_text(&label(row.value), &beside(HPos::Left), (x - base + 4, y - top - 2))
                .map_err(failed)?;
        }
        Ok(())
    }
}

/// One for each way, the same in all panels.
fn colour(way: &str) -> RGBColor {
    match way {
        way if way.starts_with("sclera") => RGBColor(0x2a, 0x6f, 0xb0),
        way if way.starts_with("Extism") || way.starts_with("Celery") => RGBColor(0xd9, 0x7b, 0x29),
        way if way.contains("ready") => RGBColor(0x6a, 0xa8, 0x4f),
        _ => RGBColor(0x9a, 0x9a, 0x9a),
    }
}

fn label(value: f64) -> String {
    match value {
        value if value >= 1e6 => format!("{:.1} M", value / 1e6),
        value if value >= 1e4 => format!("{:.0} k", value / 1e3),
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 1.0 => format!("{value:.1}"),
        value => format!("{value:.3}"),
    }
}
