"use strict";
// The heat map of what is lacking: the same numbers as the table below it. The shipped build of
// ECharts has no heat map; squares of a scatter plot, one per cell, are the same picture.
(function () {
  const source = document.getElementById("heat-data");
  const place = document.getElementById("heat-chart");
  if (!source || !place || !window.echarts) {
    return;
  }
  const data = JSON.parse(source.textContent);
  const colours = ["#fffaf2", "#fdf0dc", "#fbe3bf", "#f7d6a6", "#f1bd78", "#e89f4c"];
  const line = 26;
  const left = 300;
  place.style.height = 60 + data.requirements.length * line + "px";
  const chart = window.echarts.init(place);

  function short(text) {
    return text.length > 22 ? text.slice(0, 22) + "…" : text;
  }

  function draw() {
    const width = Math.max((place.clientWidth - left - 16) / data.units.length - 2, 20);
    chart.setOption({
      animation: false,
      grid: { left: left, right: 16, top: 44, bottom: 8 },
      // Drawn in the picture: the policy of the page forbids the HTML the other way writes.
      tooltip: {
        renderMode: "richText",
        formatter: (one) =>
          data.requirements[one.value[1]] + "\n" + data.units[one.value[0]] + " " + one.value[2] + "%",
      },
      xAxis: { type: "category", position: "top", data: data.units, axisTick: { show: false }, axisLabel: { interval: 0, width: width, overflow: "break", fontSize: 11 } },
      yAxis: { type: "category", inverse: true, data: data.requirements.map(short), axisTick: { show: false }, axisLabel: { interval: 0 } },
      series: [
        {
          type: "scatter",
          symbol: "rect",
          symbolSize: [width, line - 2],
          data: data.cells.map((cell) => ({
            value: cell,
            itemStyle: { color: colours[Math.ceil(cell[2] / 20)] },
          })),
          label: { show: true, color: "#1f2733", fontSize: 11, formatter: (one) => one.value[2] + "%" },
        },
      ],
    });
  }

  draw();
  window.addEventListener("resize", () => {
    chart.resize();
    draw();
  });
})();
