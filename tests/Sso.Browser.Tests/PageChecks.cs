namespace Sso.Browser.Tests;

/// <summary>What axe does not look at, as scripts that return one line for each flaw.</summary>
internal static class PageChecks
{
    /// <summary>
    /// A window of 1280 pixels at 400 percent: nothing scrolls sideways, no bar covers the page, and every control
    /// can be brought into view (U15, U17).
    /// </summary>
    public const string AtFourHundredPercent = """
        () => {
          const flaws = [];
          const root = document.documentElement;
          if (root.scrollWidth > 320) flaws.push(`${root.scrollWidth} pixels wide in a window of 320`);
          for (const element of document.querySelectorAll('body *')) {
            if (['fixed', 'sticky'].includes(getComputedStyle(element).position))
              flaws.push(`stays in the way: ${element.outerHTML.slice(0, 80)}`);
          }
          for (const control of document.querySelectorAll(
              'main a[href], main button, main input:not([type=hidden]), main select, main summary')) {
            const box = control.getBoundingClientRect();
            if (box.width === 0 || control.closest('.hide')) continue;
            if (box.left < 0 || box.right > 320.5) flaws.push(`reaches out of the window: ${control.outerHTML.slice(0, 80)}`);
            if (control.matches('input, select, .button') && box.height > 200)
              flaws.push(`taller than the window: ${control.outerHTML.slice(0, 80)}`);
          }
          return flaws;
        }
        """;

    /// <summary>Letters twice as large on a phone: nothing scrolls sideways or is cut off (WCAG 2.2 §1.4.4).</summary>
    public const string WithLargeLetters = """
        () => {
          const flaws = [];
          const root = document.documentElement;
          root.style.fontSize = '200%';
          const width = root.clientWidth;
          if (root.scrollWidth > width) {
            flaws.push(`${root.scrollWidth} pixels wide in a window of ${width}`);
            for (const element of document.querySelectorAll('body *')) {
              const box = element.getBoundingClientRect();
              if (box.right > width + 0.5 && box.width > 1 && !element.closest('.hide, .skip'))
                flaws.push(`reaches out: ${element.outerHTML.slice(0, 80)}`);
            }
          }
          root.style.fontSize = '';
          return flaws;
        }
        """;

    /// <summary>
    /// Language (U02), landmarks and headings (U04), the order of the summary of errors, sizes of targets (U19), letters of fields and zoom
    /// (U20), colour-scheme (U58), what Enter does.
    /// </summary>
    public const string Whole = """
        () => {
          const flaws = [];
          const one = (selector, count) => {
            if (document.querySelectorAll(selector).length !== count)
              flaws.push(`${selector} is not there ${count} times`);
          };
          one('h1', 1); one('main', 1); one('body > header', 1); one('meta[name="color-scheme"][content="light dark"]', 1);
          const levels = Array.from(document.querySelectorAll('h1, h2, h3, h4'), heading => Number(heading.tagName[1]));
          const summary = document.querySelector('#error-summary h2');
          const order = summary ? levels.filter((_, index) => document.querySelectorAll('h1, h2, h3, h4')[index] !== summary) : levels;
          order.forEach((level, index) => {
            if (level > (order[index - 1] ?? 0) + 1)
              flaws.push(`heading ${level} after ${order[index - 1] ?? 0}`);
          });
          const wrong = Array.from(document.querySelectorAll('#error-summary a[href^="#"]'), link => document.querySelector(link.hash));
          wrong.forEach((field, index) => {
            if (!field) flaws.push(`link ${index + 1} of the summary leads nowhere`);
            else if (index > 0 && field.compareDocumentPosition(wrong[index - 1]) & Node.DOCUMENT_POSITION_FOLLOWING)
              flaws.push(`the summary names #${wrong[index - 1].id} before #${field.id}, which comes first`);
          });
          for (const form of document.forms)
            if (form.querySelector('button[type=submit]')?.hasAttribute('formaction'))
              flaws.push(`Enter does not do what the form is for: ${form.outerHTML.slice(0, 80)}`);
          for (const button of document.querySelectorAll('.languages button'))
            if (!button.lang)
              flaws.push(`a language is named without lang: ${button.textContent}`);
          const viewport = document.querySelector('meta[name=viewport]')?.content ?? '';
          if (!viewport.includes('width=device-width') || /user-scalable|maximum-scale/.test(viewport)) flaws.push(`viewport: ${viewport}`);
          for (const field of document.querySelectorAll(
              'input:not([type=hidden], [type=radio], [type=checkbox], .hide), select, textarea')) {
            if (parseFloat(getComputedStyle(field).fontSize) < 16) flaws.push(`letters under 16 pixels: ${field.outerHTML.slice(0, 80)}`);
          }
          for (const target of document.querySelectorAll(
              'a[href], button, input:not([type=hidden]), select, summary, label.choice, label.check')) {
            const box = target.getBoundingClientRect();
            if (box.width === 0 || target.matches('.skip, .hide, .hide *') || getComputedStyle(target).visibility === 'hidden') continue;
            if (target.closest('label.choice, label.check') && target.matches('input')) continue;
            const isInText = target.matches('a') && getComputedStyle(target).display === 'inline';
            const least = isInText ? 0 : target.matches('.button, .input, .choice, .check, .languages button, summary') ? 44 : 24;
            if (box.height < least - 0.5 || box.width < Math.min(least, 24) - 0.5)
              flaws.push(`${Math.round(box.width)}×${Math.round(box.height)}: ${target.outerHTML.slice(0, 100)}`);
          }
          return flaws;
        }
        """;
}
