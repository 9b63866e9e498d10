// Numbers the pictures of a film in the order in which they are ticked, and says how long
// the film will be. Without this file the numbers can be typed.
(function () {
  "use strict";
  var form = document.querySelector("[data-film]");
  if (!form) { return; }
  var photos = Array.prototype.slice.call(form.querySelectorAll("[data-film-photo]"));
  var length = form.querySelector("[data-film-length]");
  var each = Number(form.dataset.filmPictureSeconds);
  var other = Number(form.dataset.filmOtherSeconds);

  function box(photo) { return photo.querySelector("input[type=checkbox]"); }
  function number(photo) { return photo.querySelector(".film-number"); }
  function chosen() {
    return photos.filter(function (photo) { return box(photo).checked; });
  }

  function say() {
    var count = chosen().length;
    var seconds = Math.max(other + count * each, count ? 60 : 0);
    length.textContent = "已选" + count + "张，约" + Math.floor(seconds / 60) + "分" + (seconds % 60) + "秒";
  }

  function renumber() {
    chosen()
      .sort(function (a, b) { return (Number(number(a).value) || 9999) - (Number(number(b).value) || 9999); })
      .forEach(function (photo, index) { number(photo).value = index + 1; });
  }

  photos.forEach(function (photo) {
    box(photo).addEventListener("change", function () {
      photo.classList.toggle("is-chosen", box(photo).checked);
      number(photo).value = "";
      renumber();
      say();
    });
    number(photo).addEventListener("change", function () {
      if (number(photo).value && !box(photo).checked) {
        box(photo).checked = true;
        photo.classList.add("is-chosen");
      }
      renumber();
      say();
    });
  });
  say();
})();
