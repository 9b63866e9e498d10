// What is done to a photo before it is sent: read the day it was taken, make it smaller.
// window.photos.prepare(file) answers {blob, name, takenAt}; it never fails: whatever the
// browser cannot do, the server does with the original.
(function () {
  "use strict";

  const LONGEST = 2000;
  const SMALL_ENOUGH = 700 * 1024;
  const HEADER = 128 * 1024;

  // The text of a tag of one directory of the EXIF block, or where a further one begins.
  function entry(view, tiff, at, tag, little) {
    const count = view.getUint16(tiff + at, little);
    for (let n = 0; n < count; n++) {
      const place = tiff + at + 2 + n * 12;
      if (view.getUint16(place, little) === tag) return view.getUint32(place + 8, little);
    }
    return 0;
  }

  function text(view, start) {
    let found = "";
    for (let n = 0; n < 19; n++) found += String.fromCharCode(view.getUint8(start + n));
    return /^\d{4}:\d\d:\d\d \d\d:\d\d:\d\d$/.test(found) ? found : "";
  }

  function dateOf(view) {
    if (view.getUint16(0) !== 0xffd8) return "";
    let at = 2;
    while (view.getUint8(at) === 0xff && view.getUint8(at + 1) !== 0xda) {
      if (view.getUint16(at) === 0xffe1 && view.getUint32(at + 4) === 0x45786966) {
        const tiff = at + 10;
        const little = view.getUint16(tiff) === 0x4949;
        const first = view.getUint32(tiff + 4, little);
        const more = entry(view, tiff, first, 0x8769, little);
        const place = (more && entry(view, tiff, more, 0x9003, little)) ||
          entry(view, tiff, first, 0x0132, little);
        return place ? text(view, tiff + place) : "";
      }
      at += 2 + view.getUint16(at + 2);
    }
    return "";
  }

  async function takenAt(file) {
    try {
      return dateOf(new DataView(await file.slice(0, HEADER).arrayBuffer()));
    } catch {
      return ""; // reading beyond the end: a header that is not what it says
    }
  }

  async function smaller(file) {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = LONGEST / Math.max(image.width, image.height);
    if (scale >= 1 && file.size <= SMALL_ENOUGH * 3) return image.close();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * Math.min(1, scale));
    canvas.height = Math.round(image.height * Math.min(1, scale));
    const paper = canvas.getContext("2d");
    paper.fillStyle = "white";
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.86));
  }

  async function prepare(file) {
    const same = { blob: file, name: file.name, takenAt: "" };
    if (!/^image\//.test(file.type)) return same;
    same.takenAt = await takenAt(file);
    if (file.size <= SMALL_ENOUGH) return same;
    try {
      const made = await smaller(file);
      if (!made || made.size >= file.size) return same;
      const name = file.name.replace(/\.[^.]*$/, "") + ".jpg";
      return { blob: made, name, takenAt: same.takenAt };
    } catch {
      return same;
    }
  }

  window.photos = { prepare };
})();
