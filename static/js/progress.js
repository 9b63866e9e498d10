"use strict";
// The curve of the progress page: the same numbers as the table below it.
(function () {
  const source = document.getElementById("progress-data");
  const place = document.getElementById("curve");
  if (!source || !place || !window.echarts) {
    return;
  }
  const months = JSON.parse(source.textContent).months;
  if (!months.length) {
    place.hidden = true;
    return;
  }
  const tracks = [
    { key: "red", name: "红色", colour: "#b3261e" },
    { key: "historical", name: "古色", colour: "#9a6614" },
    { key: "rural", name: "绿色", colour: "#2a7a4b" },
  ];
  const series = [];
  for (const track of tracks) {
    series.push({
      name: track.name + "已认定",
      type: "line",
      symbol: "none",
      lineStyle: { color: track.colour, width: 2.5 },
      itemStyle: { color: track.colour },
      data: months.map((month) => [month.on, month.recognised[track.key]]),
    });
    if (months.some((month) => month.schedule[track.key] !== null)) {
      series.push({
        name: track.name + "序时",
        type: "line",
        symbol: "none",
        lineStyle: { color: track.colour, width: 1.5, type: "dashed", opacity: 0.7 },
        itemStyle: { color: track.colour },
        data: months.map((month) => [month.on, month.schedule[track.key]]),
      });
    }
  }
  const chart = window.echarts.init(place);
  chart.setOption({
    animation: false,
    grid: { left: 36, right: 16, top: 40, bottom: 28 },
    legend: { top: 0, itemWidth: 22, textStyle: { fontSize: 12 } },
    // Drawn in the picture: the policy of the page forbids the HTML the other way writes.
    tooltip: { trigger: "axis", renderMode: "richText" },
    xAxis: { type: "time", axisLabel: { formatter: "{yyyy}-{MM}", hideOverlap: true } },
    yAxis: { type: "value", minInterval: 1 },
    series: series,
  });
  window.addEventListener("resize", () => chart.resize());
  window.addEventListener("beforeprint", () => chart.resize());
})();
