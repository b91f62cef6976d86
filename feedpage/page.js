// Shows the copy buttons beside the URLs and makes them work. Without this script they stay hidden,
// and a click selects the URL.
(function () {
  "use strict";
  var status = document.getElementById("status");
  document.querySelectorAll("button.copy").forEach(function (b) { b.hidden = false; });

  // copy puts a URL on the clipboard and selects it.
  function copy(address) {
    getSelection().selectAllChildren(address);
    function selected() { if (!document.execCommand("copy")) throw new Error("not allowed"); }
    if (!navigator.clipboard) return Promise.resolve().then(selected); // the page was not loaded over https
    return navigator.clipboard.writeText(address.textContent).catch(selected);
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("button.copy");
    if (!button) return;
    var label = button.firstElementChild, words = status.dataset;
    copy(button.parentElement.querySelector("code")).then(function () {
      label.textContent = status.textContent = words.copied;
      button.classList.add("done");
      setTimeout(function () {
        label.textContent = words.copy;
        status.textContent = "";
        button.classList.remove("done");
      }, 2000);
    }, function () {}); // the URL stays selected
  });
})();
